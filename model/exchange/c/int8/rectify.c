/* ReLU: what is below zero becomes zero; works in place. */
static void rectify(uint8_t *values, int count, uint8_t zero)
{
    int i;
    for (i = 0; i < count; i++)
        if (values[i] < zero)
            values[i] = zero;
}
