/* The last dense layer: its outputs are the logits. */
static void connect_last(const uint8_t *in, int32_t zero, int inputs, const int8_t *weights, int outputs,
                         const float *factors, const float *shifts, float *out)
{
    int output;
    for (output = 0; output < outputs; output++)
        out[output] = (float)sum_products(in, zero, inputs, weights + output * inputs) * factors[output]
                      + shifts[output];
}
