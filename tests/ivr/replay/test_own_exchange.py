from pathlib import Path

from ivr.config import Config, load_config
from ivr.replay.own_exchange import exchange_file, own_exchange


def test_an_exchange_of_its_own_shares_speech_and_nothing_else(tmp_path: Path) -> None:
    config = Config(root=tmp_path / "shop")
    own = own_exchange(config, tmp_path, rtp_ports=200)
    assert own.rendered.resolve() == config.rendered.resolve()
    assert own.database_url != config.database_url
    ports = {
        own.pbx.sip_port,
        own.pbx.rtp_first,
        own.agent.agi_port,
        own.agent.audiosocket_port,
        own.agent.ami_port,
    }
    assert len(ports) == 5
    assert own.pbx.rtp_last - own.pbx.rtp_first == 200
    read = load_config(exchange_file(own), {})
    assert read.pbx.sip_port == own.pbx.sip_port
    assert not read.web.enabled
