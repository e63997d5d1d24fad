/* Keep the largest value of each window; works in place. */
static void pool_max(float *maps, int channels, int height, int width,
                     int window_height, int window_width, int row_step, int column_step)
{
    const int rows = (height - window_height) / row_step + 1;
    const int columns = (width - window_width) / column_step + 1;
    float *out = maps;
    int channel, row, column, i, j;
    for (channel = 0; channel < channels; channel++)
        for (row = 0; row < rows; row++)
            for (column = 0; column < columns; column++) {
                const float *window = maps + (channel * height + row * row_step) * width + column * column_step;
                float largest = window[0];
                for (i = 0; i < window_height; i++)
                    for (j = 0; j < window_width; j++)
                        if (window[i * width + j] > largest)
                            largest = window[i * width + j];
                *out++ = largest;
            }
}
