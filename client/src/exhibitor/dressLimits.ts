/** What the server takes of a dress (server/yuanzhan/booths/dress.py); a test compares. */
export const DRESS_LIMITS = { title: 80, body: 2000, name: 120, price: 40, contact: 200, url: 2000, panels: 24, products: 60, links: 12 } as const;
