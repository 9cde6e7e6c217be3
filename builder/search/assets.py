"""Digests of the files that Pagefind ships inside its program, by version.

A script that was cut off while it was written still parses now and then, and carries no checksum
of its own; so it is compared with what the program is known to write. The standard and the extended
program of one version ship the same files. To add a version: index one page in each language,
`sha256sum pagefind.js pagefind-worker.js wasm.*`, and leave out tags with a hyphen.
"""

from __future__ import annotations

from typing import Final

ASSETS: Final[dict[str, dict[str, str]]] = {
    "1.5.2": {
        "pagefind-worker.js": "4ca50d25bcab9e1c3afbc00ab5f7761114e83c8fc1b83d38655af1558b650c2a",
        "pagefind.js": "252d272bd34d483d19a752060f6a065114d15ab12c42d8f905ca565e2768a009",
        "wasm.ar.pagefind": "de833e8b4f68fe09aa246d86b78da5c4c8c33f5c4251432ce81d07a45a885fe3",
        "wasm.ca.pagefind": "c86fc6147931a6e4e969b11db1d69a008d75ab227d2a659349a0849c1ad0a24e",
        "wasm.da.pagefind": "c032bb3e106fecadcd92cb5720f2ae9f6147df3ec15249fa4c528e7cb4d49bb8",
        "wasm.de.pagefind": "f1e251bdaf42bd2ded77e7dd41460ebe237cba885ec8f3094f4be995c1ebbc57",
        "wasm.el.pagefind": "0dfe91400bb10401d722a4916d07dd2d9901526781ff8648c4d1ad8cc06dc8f7",
        "wasm.en.pagefind": "bb16c9e6d3d214d4d05cccca51df7b487b86b3657318da767f6ca9e0a2e7259d",
        "wasm.eo.pagefind": "ae1624973091d2c13d0c701c6954442fcaf175cab775b069be440dce79f551c3",
        "wasm.es.pagefind": "c00d45e7242a60fc25bea534ddacea609cff5fd6138fb9f84194f7b68ed3ecfa",
        "wasm.et.pagefind": "a43f1c1fbecbc0861be0cfe396355de3067b239bd0f19ae68f55c68382b9d0b2",
        "wasm.eu.pagefind": "b5a798a7f7a0977018f49f4048dca8380cb949c4727146ac5a39b17ffa8435ad",
        "wasm.fi.pagefind": "4f798a3c38726583a569e77a15417d5e06a6084f1b4630e822f5c81e93e6250e",
        "wasm.fr.pagefind": "535bcefb9b43fecc7e985ed98488ad32dd580a794373e4e94739c8a99160c37c",
        "wasm.ga.pagefind": "1e31519714cf96bfeadc3684c4abb13bb434f351be69b9b0734da22a0ec90033",
        "wasm.hi.pagefind": "662033e14e730c3c37be01ab06305c360cc9c1cd2b33b1a0498170840fa24b6c",
        "wasm.hu.pagefind": "bb4ed506cbd4b7068e3289d8c528562eeccb0505cf99552b4426175b2f536eee",
        "wasm.hy.pagefind": "4192f047563234492c3ef6307d80ecad3d8d52b489b4e925ec7e366b30367af8",
        "wasm.id.pagefind": "4f7d93a8a8fd43c181e5f366d7fb453fd679e85e065f6d83b38b7c4aa59176ba",
        "wasm.it.pagefind": "bd6bed030a3c5db16173d3137b4571d4ccac79cad0e3298008644e2a00f42cbd",
        "wasm.lt.pagefind": "050e05834e53051a6216d06b8223ecde43d524c3f210c3a90a22f0c9a62cf737",
        "wasm.nb.pagefind": "3e3d3b54925d6d03d53d7f6b9aeffa1d53209e2bca19cfaa3afe51b213512b79",
        "wasm.ne.pagefind": "8d8eb743f4d841cd066ac06a621628f9f4cb6eba28ff64901b1f85f6759f94fd",
        "wasm.nl.pagefind": "c213777760f16411e6089808577e97e5512bea39f8c4dfc6c7ef9a5464c77c49",
        "wasm.nn.pagefind": "9220d1f2fad6a9d6f32ece844b6a4d6b3132e5382c7b9d6247d08b55e12063e0",
        "wasm.no.pagefind": "cca05aa8a6dabfc1c375c4ac975c9ad3e44f6fb218371eff9d07e80005e16776",
        "wasm.pl.pagefind": "1e084ac59aff76bc9b64cdc07277725ba4639ffb1af82d78b69b3c3bf89bb5bb",
        "wasm.pt.pagefind": "274994577df8da8d1945043b05eb3708abbaff717a00219a2f87e66f8705e6d5",
        "wasm.ro.pagefind": "c328e585f4fafcfe8dbf19799e7903f0ba3ce4e76eebb44257f51d9ba3ce1bee",
        "wasm.ru.pagefind": "e0eb287c0c61f63aca25690f01af0160f042b4b8c6114e38e9414e20ec124b00",
        "wasm.sr.pagefind": "054df4f63a01d5b090f22d4705986c5d688e380a4bfe1d9368534e456e9940bc",
        "wasm.sv.pagefind": "a0d5e56c570d38e1f453feb7b96c17bbeaa29373d4e9f7d08fadc0deff7ad6b1",
        "wasm.ta.pagefind": "26fed77324d0c8de38e78358947ce0b90f02b6b153b6859fb4aeecd0a61d36ad",
        "wasm.tr.pagefind": "a477da6d778d39e3d67dc880583bf06117e257a9802d606a5017e735a968effe",
        "wasm.unknown.pagefind": "3a74cefceacd066e8d3bc8c52e7bc1c869544ca3d9031b44a9b7136356d5d7f4",
        "wasm.yi.pagefind": "c37ead56515c43e6b355f0badd2816949837a6f3a513f322c4a348a2ed399e5f",
    },
}


KNOWN_VERSIONS: Final = frozenset(ASSETS)
"""Whose index files our own search script reads."""


def known_digest(version: str, name: str) -> str | None:
    """Return the SHA-256 that `name` has in this version, or None where nobody wrote it down.

    `wasm.pt-br.pagefind` is `wasm.pt.pagefind` under another name.
    """
    table = ASSETS.get(version, {})
    if name.startswith("wasm."):
        base = name.split(".")[1].partition("-")[0]
        return table.get(f"wasm.{base}.pagefind")
    return table.get(name)
