import { defineConfig } from 'vitest/config';

// Scripts and style sheets with fixed names: the pages are the server's, and its asset handler adds the caching. What one
// page alone needs is a chunk of its own that this page loads.
export default defineConfig({
  publicDir: 'public',
  build: {
    outDir: '../target/classes/static',
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    rollupOptions: {
      // htmx holds an eval that `allowEval: false` and the content policy both shut.
      checks: { eval: false },
      input: { rubicon: 'src/main.ts' },
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
  // Far beyond what any takes, for a busy machine.
  test: { environment: 'happy-dom', testTimeout: 60_000 },
});
