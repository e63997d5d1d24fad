/* Batch normalisation as it answers: each channel times a factor, plus a shift; works in place. */
static void scale_and_shift(float *maps, int channels, int pixels, const float *factors, const float *shifts)
{
    int channel, pixel;
    for (channel = 0; channel < channels; channel++)
        for (pixel = 0; pixel < pixels; pixel++, maps++)
            *maps = *maps * factors[channel] + shifts[channel];
}
