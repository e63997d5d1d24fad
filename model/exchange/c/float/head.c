/* Two pieces of memory; each layer reads one and writes the other, or works in place. */
