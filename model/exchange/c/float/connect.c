/* A dense layer: every input times its weight, summed for each output. */
static void connect(const float *in, int inputs, const float *weights, const float *biases, int outputs,
                    float *out)
{
    int output, i;
    for (output = 0; output < outputs; output++) {
        float sum = biases[output];
        for (i = 0; i < inputs; i++)
            sum += weights[output * inputs + i] * in[i];
        out[output] = sum;
    }
}
