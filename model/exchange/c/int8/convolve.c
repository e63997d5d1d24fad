static int32_t sums[LARGEST_MAP];

/* Slide kernels over the maps and sum. What lies outside the maps is zero. */
static void convolve(const uint8_t *restrict in, int32_t zero, int channels, int height, int width,
                     const int8_t *kernels, int filters, int kernel_height, int kernel_width,
                     int row_step, int column_step, int row_padding, int column_padding,
                     const float *factors, const float *shifts, uint8_t *restrict out)
{
    const int rows = (height + 2 * row_padding - kernel_height) / row_step + 1;
    const int columns = (width + 2 * column_padding - kernel_width) / column_step + 1;
    int filter, row, column, channel, i, j;
    for (filter = 0; filter < filters; filter++) {
        for (i = 0; i < rows * columns; i++)
            sums[i] = 0;
        for (channel = 0; channel < channels; channel++)
            for (i = 0; i < kernel_height; i++)
                for (j = 0; j < kernel_width; j++) {
                    const int32_t weight = *kernels++;
                    const int down = i - row_padding, right = j - column_padding; /* from a sum to its source */
                    const int begin = right < 0 ? (column_step - 1 - right) / column_step : 0;
                    const int end = width - right > 0 ? (width - right + column_step - 1) / column_step : 0;
                    for (row = 0; row < rows; row++) {
                        const int source_row = row * row_step + down;
                        if (source_row >= 0 && source_row < height) {
                            const uint8_t *source = in + (channel * height + source_row) * width;
                            int32_t *into = sums + row * columns;
                            for (column = begin; column < columns && column < end; column++)
                                into[column] += weight * ((int32_t)source[column * column_step + right] - zero);
                        }
                    }
                }
        for (i = 0; i < rows * columns; i++)
            *out++ = to_byte((float)sums[i] * factors[filter] + shifts[filter]);
    }
}
