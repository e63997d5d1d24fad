/* Turn logits into probabilities, perhaps in place, and return the most probable class. */
static int softmax(const float *logits, int classes, float *probabilities)
{
    int best = 0, i;
    float largest, sum = 0;
    for (i = 1; i < classes; i++)
        if (logits[i] > logits[best])
            best = i;
    largest = logits[best];
    for (i = 0; i < classes; i++) {
        probabilities[i] = expf(logits[i] - largest);
        sum += probabilities[i];
    }
    for (i = 0; i < classes; i++)
        probabilities[i] /= sum;
    return best;
}
