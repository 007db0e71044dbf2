/** Whether one presses with a finger here: then keys are not told, and buttons are larger. */
export const isTouch = (): boolean => matchMedia('(pointer: coarse)').matches;
