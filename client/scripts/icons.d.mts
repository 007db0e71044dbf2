/** The icon sprite's text, made of src/ui/icons.json and lucide. */
export function sprite(): string;
