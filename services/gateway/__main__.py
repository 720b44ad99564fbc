"""`python -m services.gateway`: one gateway."""

from services.gateway.gateway import Gateway
from services.shared import runner
from services.shared.connect import connect
from services.shared.settings import GatewaySettings, read

if __name__ == "__main__":
    settings = read(GatewaySettings)
    runner.run("gateway", settings, lambda name: Gateway(connect(settings.redis, name), name, settings))
