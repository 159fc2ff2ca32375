import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const shop = process.env['SWAPSHOP_URL'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react(), tailwind()],
  build: {
    manifest: true,
    assetsInlineLimit: 0, // the content security policy wants files
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: 'index.html', graphiql: 'graphiql.html' } },
  },
  server: { proxy: { '/graphql': { target: shop, ws: true }, '/images': shop, '/metrics': shop } },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node' },
});
