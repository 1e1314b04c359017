import { decisionTable, eitherWay, row } from './decision-table';

/**
 * One asset of the same key against one submission. Two independent factors are the minimum for "same"; a name or
 * an address of a card alone never suffices. Marks are explained in decision-table.ts, holdings in comparison.ts.
 * T and A numbers are attacks and accidents that other systems let happen; test/unit/identity plays each of them.
 */

/** A full inventory that a device sent of itself. */
export const fullRules = decisionTable(
  ['serial', 'uuid', 'mac', 'install', 'hostname', 'holdings'],
  [
    // Serial and uuid agree.
    row('= = = . . .', 'same', 'serial, uuid and card agree'),
    row('= = ? ! ! g', 'conflict', 'serial and uuid claimed without any card'), // A2, T4: both stand on the case
    row('= = ? ! = g', 'conflict', 'serial, uuid and name claimed without any card'), // the same, with the sticker
    row('= = ? . . .', 'same', 'serial and uuid agree'),
    row('= = x = = .', 'same', 'network card replaced'),
    // Card and agent new at once: a machine repaired and installed anew, or whatever else shows its numbers and name.
    row('= = x ! = .', 'conflict', 'serial, uuid and name of a machine with another card and agent'),
    row('= = x = ? .', 'same', 'network card replaced'),
    row('= = x . . .', 'conflict', 'serial and uuid of a machine with another card and name'), // T4, T12

    // The serial agrees, the uuid does not: another mainboard, or one serial on two machines.
    row('= x = = . .', 'same', 'uuid changed, serial, card and agent agree'),
    row('= x = . . .', 'conflict', 'serial and card of a machine with another uuid and agent'),
    row('= x ! = ~ .', 'conflict', 'virtual machine copied with its agent', 'virtual-machine'),
    row('= x ! = ~ .', 'same', 'mainboard replaced'),
    row('= x ! = x .', 'conflict', 'serial and agent of a machine with another uuid and name'),
    row('= x ! ! = .', 'conflict', 'serial and name of a machine with another uuid and agent'),
    row('= x ! ! ! .', 'different', 'one serial on two machines'), // T2

    // The uuid agrees, the serial does not.
    row('x = = = . .', 'same', 'serial changed, uuid, card and agent agree'),
    row('x = = . = .', 'same', 'serial changed, uuid, card and name agree'), // agents choose serials differently
    row('x = = . . .', 'conflict', 'uuid and card of a machine with another serial, agent and name'),
    row('x = ! = . .', 'conflict', 'uuid and agent of a machine with another serial'),
    row('x = ! . = .', 'conflict', 'uuid and name of a machine with another serial'),
    row('x = ! . . .', 'different', 'one uuid on two machines'), // T3

    // Neither agrees: another machine, whatever it carries with it.
    row('x x . = ~ .', 'conflict', 'an agent on other hardware: copied or moved'),
    row('x x . = x .', 'different', 'image deployed with an agent inside'),
    row('x x = ! . .', 'different', 'docking station or shared card'), // T5
    row('x x ! ! . .', 'different', 'other hardware'), // T1, T6

    // One of serial and uuid agrees, the other is not known on both sides.
    ...eitherWay('= ? ~ . . l', 'same', 'serial or uuid, and client certificate agree', 'certificate'),
    ...eitherWay('= ? ~ . . c', 'same', 'serial or uuid, and client certificate agree', 'certificate'),
    ...eitherWay('= ? = ! ! g', 'conflict', 'one number and the card claimed, the rest missing'),
    ...eitherWay('= ? = . . .', 'same', 'serial or uuid, and card agree'),
    ...eitherWay('= ? x = x .', 'conflict', 'number and agent of a machine with another card and name'), // T12
    // A copy that kept its uuid. With a serial beside it the uuid is believed: Hyper-V gives a machine new cards at times.
    ...eitherWay(
      '= ? x = . .',
      'conflict',
      'virtual machine with another card, or copied',
      'virtual-machine',
    ),
    ...eitherWay('= ? . = . .', 'same', 'serial or uuid, and agent agree'),
    ...eitherWay('= ? x ! = .', 'conflict', 'number and name of a machine with another card and agent'),
    ...eitherWay('= ? . ! = g', 'conflict', 'one number and the name claimed, the rest missing'), // A3, T10
    ...eitherWay('= ? . ! = .', 'same', 'serial or uuid, and name agree'),
    ...eitherWay('= ? . ! ! .', 'conflict', 'serial or uuid claimed, nothing else agrees'), // A3, T9, T10

    // One of serial and uuid contradicts, the other is not known on both sides.
    ...eitherWay('x ? = = = .', 'same', 'serial or uuid changed, card, agent and name agree'),
    ...eitherWay('x ? = = ! .', 'conflict', 'card and agent of a machine with another number'),
    ...eitherWay('x ? = ! = .', 'conflict', 'card and name of a machine with another number'),
    ...eitherWay('x ? = ! ! .', 'different', 'docking station or shared card'),
    ...eitherWay('x ? ! = ~ .', 'conflict', 'an agent on other hardware: copied or moved'),
    ...eitherWay('x ? ! = x .', 'different', 'image deployed with an agent inside'),
    ...eitherWay('x ? ! ! . .', 'different', 'other hardware'),

    // Neither is known on both sides: cards, agent and name are all there is.
    row('? ? = = x g', 'conflict', 'card and agent claimed under another name, numbers missing'),
    row('? ? = = . .', 'same', 'card and agent agree'),
    // A container that changes from GLPI Agent to OCS loses its uuid, so silence counts against real numbers only.
    row('? ? = ! = g', 'conflict', 'card and name claimed, numbers missing', 'numbers-known'),
    row('? ? = ! = .', 'same', 'card and name agree'), // machine without numbers, installed anew
    row('? ? = ! ? .', 'same', 'discovered before it reported itself', 'only-discovered'),
    // A renamed agent makes a new deviceid and keeps its agentid.
    row('? ? = ! ! .', 'same', 'card and agentid agree', 'same-agentid'),
    // Made from parts, renamed and installed anew; or a newcomer on a dock. Nobody can tell.
    row('? ? = x x l', 'conflict', 'all cards of a machine with another agent and name', 'no-other-card'),
    row('? ? = ! ! .', 'different', 'a card alone'), // A9, T7
    row('? ? x = = l', 'same', 'only network card replaced'),
    row('? ? x = ~ .', 'conflict', 'agent claimed with another card'),
    row('? ? x = x .', 'different', 'image deployed with an agent inside'),
    row('? ? x ! . .', 'different', 'other card'), // T11, T13
    row('? ? ? = = l', 'same', 'agent and name agree, no hardware known'),
    row('? ? ? = = c', 'same', 'agent and name agree, hardware seen first now'),
    row('? ? ? = . g', 'conflict', 'agent claimed without any hardware'), // a guessed deviceid
    row('? ? ? = ~ .', 'conflict', 'agent agrees, hardware cannot be compared'),
    row('? ? ? = x .', 'different', 'agent agrees, name differs, hardware cannot be compared'),
    row('? ? ? ! . .', 'different', 'a name alone'), // A1, T8
  ],
);

/**
 * A partial inventory: only the install that sent the full one may continue it, and silence says nothing. Whatever
 * does not fit is asked for in full, and the full one is judged by the table above.
 */
export const partialRules = decisionTable(
  ['serial', 'uuid', 'mac', 'install', 'hostname'],
  [
    row('. . . ! .', 'different', 'partial of another agent'),
    // A deviceid is a name and a date, and can be guessed. Whoever sends partials sends the agentid of the full one too.
    row('. . . . .', 'different', 'partial of another agentid', 'other-agentid'),
    row('x . . . .', 'different', 'partial with another serial'),
    row('. x . . .', 'different', 'partial with another uuid'),
    ...eitherWay('= . x . x', 'different', 'partial with another card and name'),
    ...eitherWay(
      '= ? x . .',
      'different',
      'partial of a virtual machine with another card',
      'virtual-machine',
    ),
    ...eitherWay('= . . . .', 'same', 'partial of the same agent and hardware'),
    row('? ? = . .', 'same', 'partial of the same agent and card'),
    row('? ? x . .', 'different', 'partial with another card'),
    row('? ? ? . x', 'different', 'partial with another name'),
    row('? ? ? . .', 'same', 'partial of the same agent'),
  ],
);

/** A scan's result against an asset that no agent reports: printers, switches, what discovery found. */
export const scannedRules = decisionTable(
  ['serial', 'mac', 'address', 'hostname'],
  [
    row('= ~ . .', 'same', 'serial agrees'),
    row('= x = .', 'same', 'card changed, serial and address agree'),
    row('= x . =', 'same', 'card changed, serial and name agree'),
    row('= x . .', 'conflict', 'serial of a device with another card, address and name'),
    row('? = . .', 'same', 'card agrees'),
    row('? x . .', 'different', 'other card'),
    row('? ? = =', 'same', 'address and name agree'),
    row('? ? = ?', 'same', 'address agrees, nothing else is known', 'address-only'),
    // Some printers show a scan nothing but their name; the asset was then made by such a scan too.
    row('? ? ? =', 'same', 'name agrees, nothing else is known', 'name-only'),
    row('? ? . .', 'different', 'an address or a name alone'),
    row('x = = =', 'same', 'serial changed, card, address and name agree'), // another member leads the stack
    row('x = = .', 'conflict', 'card and address of a device with another serial'),
    row('x = . =', 'conflict', 'card and name of a device with another serial'),
    row('x . . .', 'different', 'other serial'),
  ],
);

/** A scan's result against an asset that reports itself: one factor more, because the scan speaks of somebody else. */
export const scannedAgentRules = decisionTable(
  ['serial', 'mac', 'hostname'],
  [
    row('= = .', 'same', 'serial and card agree'),
    row('= . =', 'same', 'serial and name agree'),
    row('= . .', 'conflict', 'serial of a machine that reports itself, nothing else agrees'),
    row('? = =', 'same', 'card and name agree'),
    row('x = =', 'conflict', 'card and name of a machine with another serial'),
    row('. . .', 'different', 'a card or a name alone'),
  ],
);
