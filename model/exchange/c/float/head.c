/* Two pieces of memory; each layer reads one and writes the other, or works in place. */
static float first_half[FIRST_HALF];
static float second_half[SECOND_HALF];
