"""`python -m services.chat`: one replica of the chat."""

from services.chat.service import ChatService
from services.shared import runner
from services.shared.connect import connect
from services.shared.settings import ChatSettings, read

if __name__ == "__main__":
    settings = read(ChatSettings)
    runner.run(
        "chat", settings, lambda name: ChatService(connect(settings.redis, name), name, settings.wait_for_replicas)
    )
