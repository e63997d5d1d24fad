/* Slide kernels over the maps and sum. What lies outside the maps is zero. */
static void convolve(const float *restrict in, int channels, int height, int width,
                     const float *kernels, const float *biases, int filters, int kernel_height, int kernel_width,
                     int row_step, int column_step, int row_padding, int column_padding, float *restrict out)
{
    const int rows = (height + 2 * row_padding - kernel_height) / row_step + 1;
    const int columns = (width + 2 * column_padding - kernel_width) / column_step + 1;
    int filter, row, column, channel, i, j;
    for (filter = 0; filter < filters; filter++, out += rows * columns) {
        for (i = 0; i < rows * columns; i++)
            out[i] = biases[filter];
        for (channel = 0; channel < channels; channel++)
            for (i = 0; i < kernel_height; i++)
                for (j = 0; j < kernel_width; j++) {
                    const float weight = *kernels++;
                    const int down = i - row_padding, right = j - column_padding; /* from a sum to its source */
                    const int begin = right < 0 ? (column_step - 1 - right) / column_step : 0;
                    const int end = width - right > 0 ? (width - right + column_step - 1) / column_step : 0;
                    for (row = 0; row < rows; row++) {
                        const int source_row = row * row_step + down;
                        if (source_row >= 0 && source_row < height) {
                            const float *source = in + (channel * height + source_row) * width;
                            float *sums = out + row * columns;
                            for (column = begin; column < columns && column < end; column++)
                                sums[column] += weight * source[column * column_step + right];
                        }
                    }
                }
    }
}
