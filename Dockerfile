# One image for api, worker and local-aws; the command says which (docker-compose.yml has all three).

FROM node:26-slim AS build
WORKDIR /sluice
COPY package.json package-lock.json ./
# Not `npm ci`: it refuses a lockfile that lacks an optional package of some other platform.
RUN npm install --no-save --no-audit --no-fund --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY libs libs
COPY apps apps
RUN npm run build && rm dist/*.tsbuildinfo

FROM node:26-slim AS packages
WORKDIR /sluice
COPY package.json package-lock.json ./
# The optional packages are Node itself and FFmpeg, for machines without them, and compilers of native speed-ups.
RUN npm install --no-save --no-audit --no-fund --ignore-scripts --omit=dev --omit=optional

FROM node:26-slim
ENV NODE_ENV=production
# Decodes recordings; a process of its own.
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
WORKDIR /sluice
COPY --from=packages /sluice/node_modules node_modules
COPY --from=build /sluice/dist dist
COPY package.json sluice.yaml engines.yaml ./
RUN mkdir /data && chown node:node /data
USER node
# glibc would otherwise keep the memory of large bodies for good (docs/operations.md, Memory).
ENV MALLOC_MMAP_THRESHOLD_=1048576
ENV HOST=0.0.0.0 WORKER_HOST=0.0.0.0 LOCAL_AWS_HOST=0.0.0.0 LOCAL_AWS_DATA=/data
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "--eval", "require(process.env.SLUICE_TLS_CERT_FILE ? 'https' : 'http').get({ port: process.env.PORT ?? 8080, path: '/ready', rejectUnauthorized: false }, ({ statusCode }) => process.exit(Number(statusCode !== 200))).on('error', () => process.exit(1))"]
# The two sizes keep the api's memory below 250 MB at full load; the worker has them too (docs/operations.md, Memory).
CMD ["node", "--enable-source-maps", "--max-semi-space-size=8", "--heap-growing-percent=50", "dist/apps/api/src/main.js"]
