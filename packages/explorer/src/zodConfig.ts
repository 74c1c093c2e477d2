// zod compiles parsers with `new Function` unless told otherwise; the page's content security policy forbids that.
(globalThis as { __zod_globalConfig?: { jitless: boolean } }).__zod_globalConfig = { jitless: true };
