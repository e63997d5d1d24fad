/* Turn one logit into the probabilities of two classes, and return the more probable one. */
static int sigmoid(float logit, float *probabilities)
{
    const float rarer = expf(-fabsf(logit)); /* as a share of the other, which cannot overflow */
    probabilities[logit > 0] = 1 / (1 + rarer);
    probabilities[!(logit > 0)] = rarer / (1 + rarer);
    return logit > 0;
}
