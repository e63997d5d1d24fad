/* Two pieces of memory; each layer reads one and writes the other, or works in place. A byte q stands for the
   number (q - zero) * scale; zero and scale of each layer are in the factors, shifts and calls below. */
