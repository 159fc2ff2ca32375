# The shop as an image: `swapshop serve`, `worker`, `receiver`, `migrate` and `bootstrap`.
# Only wheels whose hashes requirements/runtime.txt knows are installed, so nothing is compiled here; the pages are built.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv --without-pip /opt/swapshop
COPY requirements/runtime.txt requirements/
RUN pip --python /opt/swapshop/bin/python install --only-binary=:all: --require-hashes -r requirements/runtime.txt
COPY pyproject.toml LICENSE ./
COPY domain domain
COPY graph graph
COPY persistence persistence
COPY web web
COPY worker worker
RUN pip --python /opt/swapshop/bin/python install --no-deps --no-build-isolation . \
 && pip --python /opt/swapshop/bin/python uninstall -y hatchling

FROM node:24.11-bookworm-slim AS pages
WORKDIR /pages
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM python:3.11-slim-bookworm
# Named volumes take the owner of the folder that they are mounted on.
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin swapshop \
 && install -d -m 700 -o swapshop -g swapshop /data /handover
COPY --from=build /opt/swapshop /opt/swapshop
COPY --from=pages /pages/dist /srv/pages
COPY schema.graphql /srv/
ENV PATH=/opt/swapshop/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SWAPSHOP_DATA=/data \
    SWAPSHOP_PAGES=/srv/pages
WORKDIR /srv
USER swapshop
EXPOSE 8000
# compose.yml says how each kind of process is asked whether it is well.
ENTRYPOINT ["swapshop"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
