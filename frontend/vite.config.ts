import { defineConfig } from 'vitest/config';

// Scripts and style sheets are named by what is in them, so that a browser keeps them for good; the server finds the names
// of this build in the manifest. What one page alone needs is a chunk of its own that this page loads.
export default defineConfig({
  publicDir: 'public',
  build: {
    outDir: '../target/classes/static',
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    manifest: 'assets/manifest.json',
    rollupOptions: {
      // htmx holds an eval that `allowEval: false` and the content policy both shut.
      checks: { eval: false },
      input: { rubicon: 'src/main.ts' },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  // Far beyond what any takes, for a busy machine.
  test: { environment: 'happy-dom', testTimeout: 60_000 },
});
