import { defineConfig } from 'vitest/config'

// Ink draws nothing while CI is set, and colours follow the environment: tests fix both.
delete process.env.CI
process.env.FORCE_COLOR = '0'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/real/**'],
    setupFiles: ['test/seed.ts'],
    testTimeout: 15_000,
    // Tests keep no state between files; one start of everything they import is enough for all.
    isolate: false,
    // Vitest leaves one processor free for watching; these only run once.
    maxWorkers: '100%',
  },
})
