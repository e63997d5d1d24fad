#include <stdio.h>

/* Answer pictures whose answers are known: exits with 0 if they are the same. */
int main(void)
{
    int picture, i, fits = 1;
    for (picture = 0; picture < GOLDEN_PICTURES; picture++) {
        const float *expected = golden_probabilities + picture * DIGITGUI_CLASSES;
        float probabilities[DIGITGUI_CLASSES];
        const int answer = digitgui_predict(golden_pictures + picture * GOLDEN_PIXELS, probabilities);
        for (i = 0; i < DIGITGUI_CLASSES; i++)
            if (!(fabsf(probabilities[i] - expected[i]) <= GOLDEN_TOLERANCE))
                fits = 0;
        printf("picture %d: %d, %.6f, expected %.6f\n", picture, answer, (double)probabilities[answer],
               (double)expected[answer]);
    }
    printf("%s\n", fits ? "as expected" : "NOT as expected");
    return fits ? 0 : 1;
}
