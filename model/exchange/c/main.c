#include <stdio.h>

/* Answer one picture whose answer is known: exits with 0 if it is the same. */
int main(void)
{
    float probabilities[DIGITGUI_CLASSES];
    int digit = digitgui_predict(golden_picture, probabilities), i, fits = 1;
    for (i = 0; i < DIGITGUI_CLASSES; i++) {
        printf("%d: %.6f, expected %.6f\n", i, (double)probabilities[i], (double)golden_probabilities[i]);
        if (!(fabsf(probabilities[i] - golden_probabilities[i]) <= GOLDEN_TOLERANCE))
            fits = 0;
    }
    printf("answer %d: %s\n", digit, fits ? "as expected" : "NOT as expected");
    return fits ? 0 : 1;
}
