/* A dense layer between others: its outputs are bytes. */
static void connect(const uint8_t *in, int32_t zero, int inputs, const int8_t *weights, int outputs,
                    const float *factors, const float *shifts, uint8_t *out)
{
    int output;
    for (output = 0; output < outputs; output++)
        out[output] = to_byte((float)sum_products(in, zero, inputs, weights + output * inputs) * factors[output]
                              + shifts[output]);
}
