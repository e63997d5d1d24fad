/* Take the mean of each window, rounded; works in place. */
static void pool_average(uint8_t *maps, int channels, int height, int width,
                         int window_height, int window_width, int row_step, int column_step)
{
    const int rows = (height - window_height) / row_step + 1;
    const int columns = (width - window_width) / column_step + 1;
    const int32_t count = (int32_t)window_height * window_width;
    uint8_t *out = maps;
    int channel, row, column, i, j;
    for (channel = 0; channel < channels; channel++)
        for (row = 0; row < rows; row++)
            for (column = 0; column < columns; column++) {
                const uint8_t *window = maps + (channel * height + row * row_step) * width + column * column_step;
                int32_t sum = 0;
                for (i = 0; i < window_height; i++)
                    for (j = 0; j < window_width; j++)
                        sum += window[i * width + j];
                *out++ = (uint8_t)((2 * sum + count) / (2 * count));
            }
}
