#include "master/service/intake_transaction.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "common/base/clock.h"
#include "common/base/control.h"
#include "common/base/log.h"
#include "common/wire/dmarc_fields.h"
#include "common/wire/wire_reader.h"
#include "master/db/uuid_key.h"
#include "master/service/command_queue.h"

namespace weir {
namespace {

constexpr std::int64_t kTriesMillis =
    6 * 86'400'000LL;  // a sender gives up after five days (RFC 5321, 4.5.4.1)

// The text that was counted with a mail that was read back from the log.
std::string sightingOf(const db::MailRow& mail) {
    if (!mail.dmarc.empty() || mail.details.find("\"dmarc\"") == std::string::npos) return mail.dmarc;
    const auto details = parseJson(mail.details, {.bytes = 64u << 20});
    if (!details || !details->contains("dmarc")) return {};
    WireReader in(&details->at("dmarc"));
    const DmarcSighting sighting = DmarcFields<JsonSource>::sighting(in);
    if (in.problem()) return {};
    JsonWriter out(512);
    writeDmarcSighting(out, sighting);
    return out.take();
}

std::int64_t signedOf(Sequence sequence) {
    return static_cast<std::int64_t>(sequence);
}

}  // namespace

IntakeTransaction::IntakeTransaction(db::Connection& connection, CommandQueue& commands, bool checkIds)
    : connection_(connection), commands_(commands), checkIds_(checkIds), now_(toMillis(now())) {}

void prepareRows(ReadBatch& batch) {
    db::CounterChanges counters;
    db::TopChanges tops;
    db::DmarcChanges dmarc;
    std::vector<db::MailRow*> mails;
    for (auto& event : batch.events) {
        if (auto* mail = std::get_if<db::MailRow>(&event.what)) mails.push_back(mail);
    }
    for (const auto* mail : mails) {
        counters.addMail(*mail, 1);
        tops.addMail(*mail, 1);
        dmarc.addMail(*mail, 1);
    }
    batch.mails.assign(mails.begin(), mails.end());
    batch.mailRows = db::takeMailRows(mails);
    batch.counterRows = counters.rows();
    batch.tops = tops.texts();
    batch.dmarc = dmarc.texts();
}

void IntakeTransaction::apply(const std::vector<ReadBatch*>& batches) {
    lockPlaces(batches);
    for (const auto* batch : batches) {
        auto& place = places_[batch->place];
        mails_.push_back({batch, {}});
        std::size_t mail = 0;
        for (const auto& event : batch->events) {
            const bool isMail = std::holds_alternative<db::MailRow>(event.what);
            if (isNew(place, signedOf(event.sequence))) {
                collect(place, event);
                if (isMail) mails_.back().indices.push_back(mail);
            }
            if (isMail) ++mail;
        }
    }
    if (checkIds_) leaveOutKnownMails();
    insertMails();
    raiseAlerts();
    applyFolds();
    supersedeEarlierTries();
    applyDoubts();
    addItems();
    if (!unreadable_.empty()) db::addUnreadable(connection_, unreadable_, now_);
    addCounters();
    addReceivedReports();
    writePlaces();
    for (auto* batch : batches) batch->storedTo = places_[batch->place].storedTo;
}

void IntakeTransaction::lockPlaces(const std::vector<ReadBatch*>& batches) {
    for (const auto* batch : batches) {
        auto& place = places_[batch->place];
        place.node = batch->node;
        place.epoch = batch->epoch;
        place.place = batch->place;
    }
    for (auto& [id, place] : places_) {
        place.storedTo = place.storedBefore =
            db::lockPosition(connection_, place.node.value, place.epoch.value);
        place.missingBefore = db::missingRanges(connection_, id);
        place.missing = SequenceRanges(place.missingBefore);
    }
}

bool IntakeTransaction::isNew(Place& place, std::int64_t sequence) {
    if (sequence > place.storedTo) {
        if (sequence > place.storedTo + 1) {
            place.missing.add(place.storedTo + 1, sequence - 1);
            place.jumped = true;
        }
        place.storedTo = sequence;
        return true;
    }
    return place.missing.remove(sequence) || controlOff("ingest-once");
}

void IntakeTransaction::collect(Place& place, const ReadEvent& event) {
    auto& node = nodes_[place.node.value];
    node.lastEvent = std::max(node.lastEvent, toMillis(event.time));
    ++node.events;
    if (const auto* item = std::get_if<db::ItemRow>(&event.what)) {
        items_.push_back(item);
    } else if (const auto* doubt = std::get_if<InDoubtEvent>(&event.what)) {
        doubts_.push_back({place.place, doubt});
    } else if (const auto* gap = std::get_if<GapEvent>(&event.what)) {
        collectGap(place, signedOf(event.sequence), *gap);
    } else if (const auto* fold = std::get_if<FoldEvent>(&event.what)) {
        place.missing.explain(signedOf(fold->from), signedOf(fold->to), kRangeFolded, "");
        folds_.push_back({&place, fold});
    } else if (const auto* body = std::get_if<UnreadableBody>(&event.what)) {
        ++node.unreadable;
        unreadable_.push_back(
            {place.place, signedOf(event.sequence), place.node.value, body->problem, body->body});
    }
}

void IntakeTransaction::collectGap(Place& place, std::int64_t sequence, const GapEvent& gap) {
    auto& node = nodes_[place.node.value];
    const auto from = signedOf(gap.from), to = signedOf(gap.to);
    if (from <= 0 || to < from) {
        node.notRecorded += signedOf(gap.count);
        return;
    }
    place.missing.explain(from, to, kRangeGap, gap.reason);
    // The gap event carries the last sequence of what it stands for: that event is lost as well.
    if (from <= sequence && sequence <= to) ++node.gaps;
}

void IntakeTransaction::leaveOutKnownMails() {
    std::vector<std::string> ids;
    for (const auto& [batch, indices] : mails_) {
        for (const auto index : indices) ids.push_back(batch->mails[index]->id);
    }
    auto known = db::knownMails(connection_, ids);
    for (auto& [batch, indices] : mails_) {
        std::erase_if(indices, [&, mails = &batch->mails](std::size_t index) {
            const auto& mail = *(*mails)[index];
            if (known.insert(mail.id).second) return false;
            if (controlOff("ingest-once")) count(mail, 1);
            logWarning("intake.known-mail", {{"mail", db::uuidText(mail.id)}, {"node", mail.node}});
            return true;
        });
    }
}

void IntakeTransaction::insertMails() {
    std::vector<db::ChosenMails> chosen;
    for (const auto& [batch, indices] : mails_) chosen.push_back({&batch->mailRows, indices});
    db::insertMails(connection_, chosen);
}

void IntakeTransaction::raiseAlerts() {
    db::AlertChanges changes;
    for (const auto& [batch, indices] : mails_) {
        for (const auto index : indices) {
            const auto& mail = *batch->mails[index];
            for (const auto& [rule, text] : mail.alerts)
                changes.add(rule, text, mail.node, 1, mail.time, mail.time, mail.id);
        }
    }
    for (const auto& [place, fold] : folds_) {
        for (const auto& alert : fold->alerts)
            changes.add(alert.raised.rule, alert.raised.text, place->node.value, signedOf(alert.count),
                        toMillis(alert.first), toMillis(alert.last), "");
    }
    changes.write(connection_);
}

void IntakeTransaction::count(const db::MailRow& mail, std::int64_t times) {
    counters_.addMail(mail, times);
    tops_.addMail(mail, times);
    dmarc_.addMail(mail, times);
}

void IntakeTransaction::addCounters() {
    std::vector<const db::Values*> rows;
    std::vector<const std::string*> tops, dmarc;
    for (const auto& [batch, indices] : mails_) {
        if (indices.size() == batch->mails.size()) {
            rows.push_back(&batch->counterRows);
            for (const auto& text : batch->tops) tops.push_back(&text);
            for (const auto& text : batch->dmarc) dmarc.push_back(&text);
        } else {
            for (const auto index : indices) count(*batch->mails[index], 1);
        }
    }
    const auto others = counters_.rows();
    rows.push_back(&others);
    db::addCounters(connection_, rows);
    const auto otherTops = tops_.texts();
    for (const auto& text : otherTops) tops.push_back(&text);
    db::addWaitingTops(connection_, tops);
    const auto otherDmarc = dmarc_.texts();
    for (const auto& text : otherDmarc) dmarc.push_back(&text);
    db::addDmarcWaiting(connection_, db::DmarcWaiting::kSightings, dmarc);
}

void IntakeTransaction::addReceivedReports() {
    std::vector<const std::string*> reports;
    for (const auto& [batch, indices] : mails_)
        for (const auto index : indices)
            for (const auto& text : batch->mails[index]->receivedReports) reports.push_back(&text);
    db::addDmarcWaiting(connection_, db::DmarcWaiting::kReport, reports);
}

void IntakeTransaction::applyFolds() {
    for (const auto& [place, fold] : folds_) {
        auto& node = nodes_[place->node.value];
        // Nodes do not fold what they may have sent. Where one did, its mails are in already: the fold counts
        // now.
        const auto from = std::max<std::int64_t>(signedOf(fold->from), 1);
        if (from <= place->storedBefore) {
            for (const auto& mail : db::mailsBySequence(connection_, place->place, from,
                                                        std::min(signedOf(fold->to), place->storedBefore))) {
                counters_.addMail(mail, -1);
                db::forgetAlertsOf(connection_, mail.id);
            }
        }
        for (const auto& counter : fold->counters) {
            counters_.addHour(
                counter.hour, place->node.value, toString(counter.direction), counter.verdict, counter.rule,
                counter.queue,
                {signedOf(counter.mails), signedOf(counter.recipients), signedOf(counter.bytes)});
            node.folded += signedOf(counter.mails);
        }
        for (const auto& item : fold->items) foldedItems_.push_back(itemRow(place->node, item));
    }
    for (const auto& item : foldedItems_) items_.push_back(&item);
}

// The new mails against those that were in doubt before.
void IntakeTransaction::supersedeEarlierTries() {
    const auto doubts = db::inDoubtMails(connection_);
    if (doubts.empty()) return;
    std::unordered_map<std::string_view, std::string_view> latest;  // key of the last try of a fingerprint
    for (const auto& [batch, indices] : mails_) {
        for (const auto index : indices) {
            const auto& mail = *batch->mails[index];
            auto& id = latest[mail.fingerprint];
            id = std::max<std::string_view>(id, mail.id);
        }
    }
    for (const auto& doubt : doubts) {
        const auto found = latest.find(doubt.fingerprint);
        if (found == latest.end() || found->second <= doubt.id) continue;
        if (const auto mail = db::mailById(connection_, doubt.id)) supersede(*mail);
        db::removeInDoubt(connection_, doubt);
    }
}

// New doubts against all mails, also those of this transaction.
void IntakeTransaction::applyDoubts() {
    for (const auto& doubt : doubts_) {
        std::vector<db::MailRow> tried;
        for (const auto sequence : doubt.event->sequences) {
            for (auto& mail :
                 db::mailsBySequence(connection_, doubt.place, signedOf(sequence), signedOf(sequence))) {
                tried.push_back(std::move(mail));
            }
        }
        for (const auto& mail : tried) {
            if ((mail.state & (db::kMailInDoubt | db::kMailSuperseded)) != 0) continue;
            db::addMailState(connection_, mail.id, db::kMailInDoubt);
            if (db::hasLaterTry(connection_, mail, db::keyMillis(mail.id) + kTriesMillis)) {
                supersede(mail);
            } else {
                db::addInDoubt(connection_, {mail.fingerprint, mail.id});
            }
        }
    }
}

void IntakeTransaction::supersede(const db::MailRow& mail) {
    constexpr const char* kWhy = "superseded: the client tried the mail again";
    if ((mail.state & db::kMailSuperseded) != 0) return;
    db::MailRow counted = mail;
    const auto whole = mail.details.empty() ? db::mailById(connection_, mail.id) : std::nullopt;
    counted.dmarc = sightingOf(whole ? *whole : mail);
    count(counted, -1);
    db::forgetAlertsOf(connection_, mail.id);
    db::addMailState(connection_, mail.id, db::kMailSuperseded | db::kMailInDoubt);
    for (const auto& item : db::splitWords(mail.items)) {
        try {
            commands_.add(connection_, NodeId{mail.node}, "delete", Json{{"item", item}});
        } catch (const Error& e) {
            if (e.code() != ErrorCode::kNotFound) throw;
            logWarning("intake.no-node", {{"item", item}, {"node", mail.node}, {"reason", e.what()}});
            continue;
        }
        db::changeItemState(connection_, item, {"stored", "release-failed"}, "deleting", kWhy, now_);
        history_.push_back({item, now_, 0, "deleting", kWhy, "system"});
    }
}

void IntakeTransaction::addItems() {
    std::map<std::string, const db::ItemRow*> newest;
    for (const auto* item : items_) {
        auto& best = newest[item->id];
        if (best == nullptr || item->version > best->version) best = item;
    }
    std::vector<std::string> ids;
    for (const auto& [id, item] : newest) ids.push_back(id);
    const auto known = db::lockItemVersions(connection_, ids);
    std::vector<const db::ItemRow*> changed;
    for (const auto& [id, item] : newest) {
        const auto found = known.find(id);
        if (found == known.end() || item->version > found->second) changed.push_back(item);
    }
    db::putItems(connection_, changed);
    for (const auto* item : items_) {
        // An item that is listed again has nothing new to tell.
        const auto found = known.find(item->id);
        if (found != known.end() && item->version == found->second) continue;
        history_.push_back({item->id, item->changed, item->version, item->state, item->detail, ""});
    }
    db::addItemHistory(connection_, history_);
}

void IntakeTransaction::writePlaces() {
    for (auto& [id, place] : places_) {
        auto& node = nodes_[place.node.value];
        node.node = place.node.value;
        node.lastTaken = now_;
        node.gaps += place.missing.lost() - SequenceRanges(place.missingBefore).lost();
        if (place.storedTo != place.storedBefore) {
            db::setPosition(connection_, place.node.value, place.epoch.value, place.storedTo, now_);
        }
        db::replaceMissing(connection_, id, place.missingBefore, place.missing.ranges());
    }
    std::set<std::string> jumped;
    for (const auto& [id, place] : places_) {
        // Nobody said why events are missing: perhaps this database is an older copy of itself. The items are
        // then asked for again.
        const auto& now = place.missing.ranges();
        const bool open = std::any_of(now.begin(), now.end(), [&](const db::MissingRange& range) {
            return range.kind == kRangeOpen && range.first > place.storedBefore;
        });
        if (place.jumped && open) jumped.insert(place.node.value);
    }
    for (const auto& [name, node] : nodes_) {
        if (node.node.empty()) continue;
        db::addIntake(connection_, node, jumped.contains(name));
    }
}

}  // namespace weir
