# One image for every part of the centre: ccbot, its Asterisk 22 and its Postgres.
#   script/image                 builds it, with docker or buildah
#   docker compose up            runs the centre
# Nothing secret is in it: secrets are made at the first start, in the volume.

ARG BASE=debian:forky

FROM ${BASE} AS python
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv
COPY requirements.txt /opt/ccbot/
RUN python3 -m venv /opt/ccbot/.venv \
 && /opt/ccbot/.venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --only-binary :all: --require-hashes -r /opt/ccbot/requirements.txt
COPY . /opt/ccbot/
RUN /opt/ccbot/.venv/bin/python -m compileall -q /opt/ccbot/ccbot

FROM ${BASE}
# python3-venv: for the speech engine, which the volume holds.
RUN apt-get update \
 && apt-get install -y --no-install-recommends asterisk ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /etc/asterisk
RUN groupadd --system --gid 10001 ccbot \
 && useradd --system --uid 10001 --gid ccbot --home-dir /var/lib/ccbot --no-create-home \
    --shell /usr/sbin/nologin ccbot \
 && install -d -m 0700 -o ccbot -g ccbot /var/lib/ccbot
COPY --from=python /opt/ccbot /opt/ccbot
RUN ln -s /opt/ccbot/script/ccbot /usr/local/bin/ccbot
ENV CCBOT_HOME=/var/lib/ccbot CCBOT_LOG=json PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER ccbot
WORKDIR /opt/ccbot
# In compose.yaml each part has a check of its own.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["ccbot", "part", "ccbot", "--check"]
ENTRYPOINT ["ccbot"]
CMD ["part", "ccbot"]
