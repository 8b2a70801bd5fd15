/**
 * zod would try to make code from text, once, and the page's policy would report it. Set on the object that zod reads, and not through zod: its first
 * schemas are made while it loads.
 */
(globalThis as { __zod_globalConfig?: { jitless: boolean } }).__zod_globalConfig = { jitless: true };
