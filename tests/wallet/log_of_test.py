"""What the ledger of test shows of its log: files, completeness proofs, records.

It can lie: ``hides`` leaves an entry out of an answer, ``forks`` shows another history, and
``shows`` takes entries out of the log itself.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from consent.complete.prefix_map import EMPTY_MAP, Lookup, MapEnd, root_over, way_down
from consent.complete.proof import CompletenessProof
from consent.forms.deposit import Deposit
from consent.forms.entry import EntryType, Leaf, log_label
from consent.forms.reading import Reading, ReadRecord, ReadRecords
from consent.forms.receipt import EntryProof
from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.merkle import leaf_hash, root_of
from consent.tlog.tiles import TileAddress, encode_hashes
from keys import base64url, jws
from keys.jwk import PublicJwk
from tests.wallet.world import LEDGER_URL, Asked, LedgerOfTest, json_reply, unchanged
from web.outbound import Reply


@dataclass
class LogOfTest:
    """Serves what anybody may read of a ledger's log, and to the pair its records."""

    ledger: LedgerOfTest
    hides: set[int] = field(default_factory=set)
    status: int = 200
    tiles: int = 0
    change_proof: Callable[[bytes], bytes] = unchanged

    def __post_init__(self) -> None:
        ledger = self.ledger
        ledger.network.serve_below(f"{LEDGER_URL}/consent/labels/", self._label)
        ledger.network.serve_below(f"{LEDGER_URL}/consent/log/tile/", self._tile)
        ledger.network.serve_below(f"{LEDGER_URL}/consent/log/proof/", self._proof)
        ledger.network.serve(f"{LEDGER_URL}/consent/log/checkpoint", self._checkpoint)

    @property
    def _origin(self) -> str:
        return self.ledger.signer.verifier_key.name

    def seal(self) -> EntryProof:
        """Write a map entry over everything there is, as the sequencer does."""
        entries = [Leaf.parse(octets) for octets in self.ledger.entries]
        own = log_label(self._origin)
        labels, hashes = self._map()
        root = root_over(labels, hashes) if labels else EMPTY_MAP
        before = [leaf for leaf in entries if leaf.label == own]
        previous = before[-1].hash() if before else None
        leaf = Leaf(EntryType.MAP, own, len(before) + 1, previous, root)
        self.ledger.entries.append(leaf.octets())
        return self.ledger.proof(len(self.ledger.entries) - 1)

    def _ends(self) -> dict[bytes, MapEnd]:
        chains: dict[bytes, list[Leaf]] = defaultdict(list)
        for leaf in map(Leaf.parse, self.ledger.entries):
            if leaf.label != log_label(self._origin):
                chains[leaf.label].append(leaf)
        return {
            label: MapEnd(label, len(chain), chain[-1].hash()) for label, chain in chains.items()
        }

    def _map(self) -> tuple[list[bytes], list[bytes]]:
        ends = self._ends()
        return sorted(ends), [ends[label].hash() for label in sorted(ends)]

    def _label(self, asked: Asked) -> Reply:
        label, _, what = asked.url.removeprefix(f"{LEDGER_URL}/consent/labels/").partition("/")
        if self.status != 200:
            return json_reply({"error": "ledger_stopped"}, self.status)
        if what == "records":
            return self._records(asked, base64url.decode(label))
        return json_reply(self.completeness(base64url.decode(label)).as_dict())

    def completeness(self, label: bytes) -> CompletenessProof:
        """Return the proof for a label, the hidden entries left out of it."""
        labels, hashes = self._map()
        sealed = self.seal()
        at, path = way_down(label, labels, hashes)
        listed = tuple(
            (index, octets)
            for index, octets in enumerate(self.ledger.entries)
            if Leaf.parse(octets).label == label and index not in self.hides
        )
        return CompletenessProof(label, listed, Lookup(self._ends()[labels[at]], path), sealed)

    def _checkpoint(self, _asked: Asked) -> Reply:
        if self.status != 200:
            return json_reply({"error": "ledger_stopped"}, self.status)
        hashes = [leaf_hash(entry) for entry in self.ledger.entries]
        checkpoint = Checkpoint(self._origin, len(hashes), root_of(hashes))
        note = sign_checkpoint(checkpoint, self.ledger.signer)
        return Reply(200, "text/plain", note.encode())

    def _tile(self, asked: Asked) -> Reply:
        self.tiles += 1
        tile = TileAddress.parse(asked.url.removeprefix(f"{LEDGER_URL}/consent/log/"))
        assert 0 == tile.level
        hashes = [leaf_hash(entry) for entry in self.ledger.entries]
        octets = encode_hashes(hashes[tile.start : tile.start + tile.width])
        return Reply(200, "application/octet-stream", octets)

    def _proof(self, asked: Asked) -> Reply:
        text = self.ledger.proof(int(asked.url.rpartition("/")[2])).text()
        return Reply(200, "text/plain", self.change_proof(text.encode()))

    def _records(self, asked: Asked, label: bytes) -> Reply:
        token = jws.parse(asked.content.decode())
        key = PublicJwk.parse(token.header["jwk"]).verification_key()
        wanted = Reading.parse(jws.verify(token, key, expected_typ="mydata-reading+jwt").claims())
        assert (self._origin, label) == (wanted.audience, wanted.label)
        wanted.check_mac(self.ledger.mac_keys[label])
        records = tuple(
            ReadRecord(index, leaf.number, deposit.record, deposit.salt, deposit.terms, None)
            for index, leaf in enumerate(map(Leaf.parse, self.ledger.entries))
            if leaf.label == label
            if (deposit := self._deposit(leaf)) is not None
        )
        return json_reply(ReadRecords(records, None).as_dict())

    def _deposit(self, leaf: Leaf) -> Deposit | None:
        return self.ledger.deposits.get(leaf.commitment)
