import { defineConfig } from 'vitest/config'

// Real servers share ports, cgroups and the kernel log: one file after the other.
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
})
