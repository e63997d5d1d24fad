/* What one output of a dense layer sums: every input times its weight. */
static int32_t sum_products(const uint8_t *in, int32_t zero, int inputs, const int8_t *weights)
{
    int32_t sum = 0;
    int i;
    for (i = 0; i < inputs; i++)
        sum += (int32_t)weights[i] * ((int32_t)in[i] - zero);
    return sum;
}
