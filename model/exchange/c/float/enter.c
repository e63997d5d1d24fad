/* Bring a picture, rows of pixels from 0 to 255, into the scale and the order that the first layer takes. */
static void enter(const uint8_t *picture, int channels, int pixels, float factor, float offset, float *out)
{
    int channel, pixel;
    for (channel = 0; channel < channels; channel++)
        for (pixel = 0; pixel < pixels; pixel++)
            out[channel * pixels + pixel] = (float)picture[pixel * channels + channel] * factor - offset;
}
