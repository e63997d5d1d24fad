/* ReLU: what is below zero becomes zero; works in place. */
static void rectify(float *values, int count)
{
    int i;
    for (i = 0; i < count; i++)
        if (values[i] < 0)
            values[i] = 0;
}
