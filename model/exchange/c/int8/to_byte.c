/* The shifts contain half a step, so that cutting off rounds. */
static uint8_t to_byte(float value)
{
    return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)value;
}
