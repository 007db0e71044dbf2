/** The budget of one booth: BOOTH_BUDGET of server/yuanzhan/scene/budgets.py; a test compares them. */
export const BOOTH_LIMITS = { triangles: 100_000, materials: 10, megabytes: 5 } as const;
