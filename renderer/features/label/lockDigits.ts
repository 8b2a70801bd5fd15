/** Digits that lock the category they give, with Ctrl. `Ctrl+0` shows the image at 100 %. */
export const lockDigits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
