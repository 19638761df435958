# One image for API, worker and command line. Compiled here, run without compiler, sources or root.
FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && mkdir image && cp --recursive --parents libs/*/data image/

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
RUN groupadd --gid 10001 perennial \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin perennial \
 && install --directory --owner 10001 --group 10001 /data/outbound \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /opt/yarn*
COPY --from=build /build/package.json ./
COPY --from=build /build/bin ./bin
COPY --from=build /build/docker/healthy.mjs ./docker/healthy.mjs
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/image/libs ./libs
USER 10001:10001
EXPOSE 3000 3001
VOLUME /data/outbound
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["node", "docker/healthy.mjs", "http://127.0.0.1:3000/api/v1/health/ready"]
CMD ["node", "dist/apps/api/src/main.js"]
