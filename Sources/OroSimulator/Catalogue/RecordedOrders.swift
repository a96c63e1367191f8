/// The orders of the first recorded shop, which came with its demonstration data, in short.
///
/// Entries are parted by bars and their fields by semicolons; a backslash joins lines.
enum RecordedOrders {
    /// identifier; poNumber; shipUntil; currency; subtotal; total; created; changed, where that is another
    /// time; billing and shipping address; customer user; customer; payment term; source; notes.
    static let orders = #"""
        FR1012401;CV032342USDD;11-23;USD;46217;50607.62;11-16T23:01:00;11-23T03:08:18;1;2;1;1;2;;Please\#
        , call before delivery|\#
        FR1012402;AB10100USD;11-23;USD;103611;113454.05;11-19T00:07:00;11-23T03:08:18;3;4;1;1;3;shoppin\#
        glists 1;Please, contact sales|\#
        FR1012403;CV032341USDD;11-23;USD;62673;67373.48;11-17T07:00:00;11-23T03:08:18;5;6;1;1;2;;|\#
        FR1012404;AB10101USD;11-23;USD;28234;30492.72;11-18T14:59:00;11-23T03:08:18;7;8;1;1;3;;|\#
        FR1012405;AB10103USD;11-23;EUR;85669;93379.21;11-22T11:53:00;11-23T03:08:18;9;10;1;1;4;;|\#
        FR1012406;RT104568EUR;11-23;USD;32486;32486.00;11-20T12:02:00;11-23T03:08:18;11;12;1;1;3;;|\#
        FR1012407;RT104568000;11-23;EUR;64139;64139.00;11-17T06:55:00;11-23T03:08:18;13;14;1;1;4;;|\#
        FR1012408;RT104568EUR;11-23;USD;81090;81090.00;11-17T18:03:00;11-23T03:08:18;15;16;11;7;3;;|\#
        FR1012409;RT104568000;11-23;EUR;49445;49445.00;11-21T22:39:00;11-23T03:08:18;17;18;11;7;4;;|\#
        FR1012410;AB10103USD;11-23;EUR;94065;102530.85;11-22T06:49:00;11-23T03:08:18;19;20;1;1;4;;|\#
        FR1012411;RT104568EUR;11-23;USD;37626;37626.00;11-20T04:17:00;11-23T03:08:18;21;22;1;1;3;;|\#
        FR1012412;RT104568000;11-23;EUR;50317;50317.00;11-18T18:12:00;11-23T03:08:18;23;24;1;1;4;;|\#
        COI001000;POSD001000;11-26;USD;;;11-23T08:35:00;;25;25;1;1;1;;|\#
        COI001001;POSD001001;11-23;USD;;;11-17T01:19:00;;26;26;1;1;1;;|\#
        COI001002;POSD001002;11-26;USD;;;11-20T13:49:00;;27;27;1;1;1;;|\#
        COI001003;POSD001003;11-25;USD;;;11-16T10:27:00;;28;28;1;1;1;;|\#
        COI001004;POSD001004;11-26;USD;;;11-22T13:02:00;;29;29;1;1;1;;|\#
        COI002005;POSD002005;11-26;USD;;;11-16T14:59:00;;30;30;2;1;1;;|\#
        COI002006;POSD002006;11-26;USD;;;11-17T22:37:00;;31;31;2;1;1;;|\#
        COI002007;POSD002007;11-24;USD;;;11-23T08:03:00;;32;32;2;1;1;;|\#
        COI002008;POSD002008;11-23;USD;;;11-16T05:26:00;;33;33;2;1;1;;|\#
        COI002009;POSD002009;11-25;USD;;;11-17T06:05:00;;34;34;2;1;1;;|\#
        COI003010;POSD003010;11-26;USD;;;11-19T04:54:00;;35;35;3;1;1;;|\#
        COI003011;POSD003011;11-24;USD;;;11-19T01:58:00;;36;36;3;1;1;;|\#
        COI003012;POSD003012;11-25;USD;;;11-20T04:03:00;;37;37;3;1;1;;|\#
        COI003013;POSD003013;11-26;USD;;;11-17T02:07:00;;38;38;3;1;1;;|\#
        COI003014;POSD003014;11-26;USD;;;11-22T11:17:00;;39;39;3;1;1;;|\#
        COI004015;POSD004015;11-25;USD;;;11-22T06:40:00;;40;40;4;2;1;;|\#
        COI004016;POSD004016;11-26;USD;;;11-18T05:47:00;;41;41;4;2;1;;|\#
        COI004017;POSD004017;11-26;USD;;;11-19T16:27:00;;42;42;4;2;1;;|\#
        COI004018;POSD004018;11-25;USD;;;11-18T04:48:00;;43;43;4;2;1;;|\#
        COI004019;POSD004019;11-25;USD;;;11-19T06:11:00;;44;44;4;2;1;;|\#
        COI005020;POSD005020;11-23;USD;;;11-19T18:08:00;;45;45;5;2;1;;|\#
        COI005021;POSD005021;11-25;USD;;;11-16T20:55:00;;46;46;5;2;1;;|\#
        COI005022;POSD005022;11-23;USD;;;11-22T12:51:00;;47;47;5;2;1;;|\#
        COI005023;POSD005023;11-23;USD;;;11-17T08:50:00;;48;48;5;2;1;;|\#
        COI005024;POSD005024;11-24;USD;;;11-20T20:03:00;;49;49;5;2;1;;|\#
        COI006025;POSD006025;11-25;USD;;;11-17T12:14:00;;50;50;6;3;1;;|\#
        COI006026;POSD006026;11-25;USD;;;11-22T16:29:00;;51;51;6;3;1;;|\#
        COI006027;POSD006027;11-25;USD;;;11-19T06:33:00;;52;52;6;3;1;;|\#
        COI006028;POSD006028;11-24;USD;;;11-17T20:00:00;;53;53;6;3;1;;|\#
        COI006029;POSD006029;11-24;USD;;;11-20T12:48:00;;54;54;6;3;1;;|\#
        COI007030;POSD007030;11-25;USD;;;11-16T02:48:00;;55;55;7;3;1;;|\#
        COI007031;POSD007031;11-24;USD;;;11-19T04:08:00;;56;56;7;3;1;;|\#
        COI007032;POSD007032;11-23;USD;;;11-20T17:13:00;;57;57;7;3;1;;|\#
        COI007033;POSD007033;11-26;USD;;;11-22T06:22:00;;58;58;7;3;1;;|\#
        COI007034;POSD007034;11-23;USD;;;11-23T07:21:00;;59;59;7;3;1;;|\#
        COI008035;POSD008035;11-26;USD;;;11-18T05:48:00;;60;60;8;4;1;;|\#
        COI008036;POSD008036;11-26;USD;;;11-22T08:12:00;;61;61;8;4;1;;|\#
        COI008037;POSD008037;11-24;USD;;;11-19T16:38:00;;62;62;8;4;1;;|\#
        COI008038;POSD008038;11-24;USD;;;11-18T15:28:00;;63;63;8;4;1;;|\#
        COI008039;POSD008039;11-26;USD;;;11-21T03:08:00;;64;64;8;4;1;;|\#
        COI009040;POSD009040;11-24;USD;;;11-22T06:51:00;;65;65;9;4;1;;|\#
        COI009041;POSD009041;11-24;USD;;;11-22T23:28:00;;66;66;9;4;1;;|\#
        COI009042;POSD009042;11-26;USD;;;11-16T05:18:00;;67;67;9;4;1;;|\#
        COI009043;POSD009043;11-23;USD;;;11-19T03:14:00;;68;68;9;4;1;;|\#
        COI009044;POSD009044;11-23;USD;;;11-19T12:22:00;;69;69;9;4;1;;|\#
        COI010045;POSD010045;11-24;USD;;;11-16T15:36:00;;70;70;10;5;1;;|\#
        COI010046;POSD010046;11-24;USD;;;11-22T05:40:00;;71;71;10;5;1;;|\#
        COI010047;POSD010047;11-25;USD;;;11-18T08:48:00;;72;72;10;5;1;;|\#
        COI010048;POSD010048;11-25;USD;;;11-22T22:02:00;;73;73;10;5;1;;|\#
        COI010049;POSD010049;11-24;USD;;;11-18T23:15:00;;74;74;10;5;1;;|\#
        COI011050;POSD011050;11-27;USD;;;11-20T03:52:00;;75;75;11;7;1;;|\#
        COI011051;POSD011051;11-27;USD;;;11-22T03:50:00;;76;76;11;7;1;;|\#
        COI011052;POSD011052;11-23;USD;;;11-20T14:20:00;;77;77;11;7;1;;|\#
        COI011053;POSD011053;11-25;USD;;;11-23T09:11:00;;78;78;11;7;1;;|\#
        COI011054;POSD011054;11-23;USD;;;11-21T12:08:00;;79;79;11;7;1;;|\#
        COI012055;POSD012055;11-26;USD;;;11-17T10:18:00;;80;80;12;8;1;;|\#
        COI012056;POSD012056;11-26;USD;;;11-20T20:01:00;;81;81;12;8;1;;|\#
        COI012057;POSD012057;11-23;USD;;;11-21T21:44:00;;82;82;12;8;1;;|\#
        COI012058;POSD012058;11-24;USD;;;11-18T04:33:00;;83;83;12;8;1;;|\#
        COI012059;POSD012059;11-25;USD;;;11-19T16:14:00;;84;84;12;8;1;;
        """#

    /// order; product; quantity; unit; price; currency, if not USD; kind of price, if not 10; shipBy; x when
    /// it is from an external source; comment, or e for an empty one.
    static let lines = #"""
        1;43;5;set;805|2;5;12;item;209;;;;x|3;20;3;set;241|4;57;1;piece;127|5;21;9;item;483;;;;x|\#
        6;58;7;set;203;;;;x|7;30;12;item;49|8;50;13;item;731;;;;x|9;24;12;item;844;;;;x|\#
        10;57;11;piece;581;;;;x|11;44;11;item;682|12;19;5;set;972|1;22;48;piece;201;;;2016-05-01;x;e|\#
        1;9;32;set;962;;20;2016-05-01;x;e|1;21;11;piece;160;;;;;e|2;9;11;set;944;;;;x;e|\#
        2;3;6;piece;460;;;;;e|2;17;41;piece;717;;;;;e|2;21;50;piece;361;;;;;e|2;22;48;piece;844;;;;;e|\#
        3;17;33;piece;965;;;;;e|3;21;21;piece;265;;;2016-03-15;;e|3;22;32;piece;166;;;2016-03-15;;e|\#
        3;9;26;set;374;;20;2016-03-15;x;e|3;3;16;piece;594;;20;2016-03-15;;e|4;3;44;set;365;;20;;x;e|\#
        4;17;7;piece;745;;;;x;e|4;21;17;piece;277;;20;;;e|4;22;11;piece;193;;;;x;e|\#
        5;17;9;piece;705;EUR;20;2016-04-03;x;Please, make enhanced packaging|\#
        5;21;21;piece;82;EUR;20;2016-04-03;;Please, make enhanced packaging|\#
        5;22;40;piece;806;EUR;;2016-04-03;;Please, make enhanced packaging|\#
        5;9;44;set;728;EUR;;2016-04-03;;Please, make enhanced packaging|\#
        5;3;13;set;691;EUR;20;2016-04-03;;Please, make enhanced packaging|6;3;39;set;33;;20;;x;e|\#
        6;17;25;piece;110;;20;;x;e|6;21;34;piece;762;;20;;;e|6;22;7;piece;160;;;;x;e|\#
        7;3;1;set;601;EUR;20;;;e|7;17;38;piece;825;EUR;;;;e|\#
        7;21;24;piece;389;EUR;;;;Please, make enhanced packaging|7;22;44;piece;506;EUR;20;;x;e|\#
        8;3;26;set;838;;;;x;e|8;17;46;piece;798;;;;x;e|8;21;19;piece;689;;;;;e|9;3;33;set;205;EUR;;;x;e|\#
        9;17;24;piece;738;EUR;;;x;e|9;22;20;piece;742;EUR;;;;e|\#
        10;17;34;piece;707;EUR;;2016-04-03;x;Please, make enhanced packaging|\#
        10;21;46;piece;661;EUR;20;2016-04-03;x;Please, make enhanced packaging|\#
        10;22;12;piece;598;EUR;;2016-04-03;;Please, make enhanced packaging|\#
        10;9;7;set;172;EUR;20;2016-04-03;;Please, make enhanced packaging|\#
        10;3;50;set;497;EUR;20;2016-04-03;;Please, make enhanced packaging|11;3;23;set;295;;;;;e|\#
        11;17;28;piece;588;;;;;e|11;21;16;piece;405;;;;;e|11;22;1;piece;395;;;;;e|\#
        12;3;32;set;515;EUR;20;;;e|12;17;4;piece;876;EUR;;;;e|\#
        12;21;29;piece;117;EUR;20;;x;Please, make enhanced packaging|12;22;48;piece;460;EUR;;;x;e|\#
        13;23;11;item;980;;;;x|14;58;11;set;509|15;25;12;set;491;;;;x|16;21;8;piece;822|\#
        17;3;8;item;980;;;;x|18;34;8;item;101|19;2;6;item;425;;;;x|20;27;1;set;875;;;;x|\#
        21;12;10;set;267;;;;x|22;42;7;item;531;;;;x|23;40;10;set;571|24;43;1;item;297|25;55;6;item;488|\#
        26;37;9;set;25|27;33;7;set;268;;;;x|28;34;3;set;520|29;14;1;item;633|30;40;6;set;501|\#
        31;8;4;set;324;;;;x|32;14;1;item;455;;;;x|33;59;13;set;916|34;38;2;set;308;;;;x|35;51;9;item;14\#
        5|\#
        36;60;5;set;245|37;11;10;set;875|38;18;6;item;892;;;;x|39;28;3;set;662;;;;x|40;12;10;set;82;;;;\#
        x|\#
        41;55;6;item;16|42;23;8;item;455;;;;x|43;23;10;set;147;;;;x|44;58;5;set;865;;;;x|45;46;7;set;22\#
        7|\#
        46;59;2;item;476|47;2;12;item;815|48;26;3;item;255|49;33;13;set;886;;;;x|50;45;1;set;399|\#
        51;30;7;piece;331|52;7;8;item;332|53;50;2;item;830;;;;x|54;42;11;item;399|55;16;7;item;395;;;;x|\#
        56;40;12;item;991;;;;x|57;2;9;set;959;;;;x|58;26;6;item;651;;;;x|59;6;11;item;220;;;;x|\#
        60;22;12;piece;764|61;8;5;set;536;;;;x|62;7;5;set;53|63;30;10;item;291|64;9;5;set;658;;;;x|\#
        65;11;6;item;982|66;1;3;item;696;;;;x|67;44;1;item;686;;;;x|68;28;4;set;530;;;;x|\#
        69;42;7;set;677;;;;x|70;38;10;set;13|71;59;2;item;378;;;;x|72;39;3;set;802
        """#

    /// product; its name.
    static let productNames = #"""
        1;220 Lumen Rechargeable Headlamp|2;Credit Card Pin Pad Reader|3;Women’s Slip-On Clog|\#
        5;Touch Screen Credit Card POS System|6;Industrial Steel Handheld Flashlight|7;Handheld Flashli\#
        ght|\#
        8;90-Watt Bright White LED Light Bulb|9;Basic CREDENTIALS’s 4-Pocket Black Scrub Set|\#
        11;15- Inch POS Touch Screen Monitor With Card Reader|12;500-Lumen Portable Suspended Work Lamp|\#
        14;Steel Storage Shelves, 65 x 55 in.|16;Executive Chair With Headrest|\#
        17;Women’s 5-Pocket V-neck Fashion Scrub Top|18;Men’s 2-Pocket Lab Coat|\#
        19;400-Watt Bulb Work Light|20;General Purpose Handheld LED Spotlight|21;Women’s Teal Scrub Cap|\#
        22;Women’s Physician’s 3-Pocket Lab Coat|23;500-Watt Portable Work Light|\#
        24;4 Drawer File Cabinet, 15 x 52 x 25, Grey|25;Handheld Laser Barcode Scanner|\#
        26;Women’s Basic CREDENTIALS-Pocket Pink Scrub Top|27;Conference Table, 47 in. x 10 ft.|\#
        28;Pricing Labeler|30;Physician’s 5-Pocket Lab Coat|33;600-Watt Bulb Work Light|\#
        34;Green Beige Sofa|37;4 Drawer File Cabinet, 15 x 26 x 22|38;Manager’s Desk Chair|\#
        39;Round Meeting Table, 30 in. x 30in.|40;Men’s White Scrub Set|42;Bluetooth Barcode Scanner|\#
        43;Modern White Table, 37 x 37 in.|44;12-volt Rechargeable Search light Set|45;Men’s Slip On Cl\#
        ogs|\#
        46;Storage Combination with Doors|50;Receipt Printer|51;Reception Desk, 71 x 42 in.|\#
        55;White Bookshelf, 35 x 77 in.|57;Men’s Basic CREDENTIALS-neck, 1-Pocket Light Blue Scrub Top|\#
        58;Women’s White Slip-On Clogs|59;Pricing Labeler|60;Foldable Wheelchair
        """#

    /// name; group; parent; children; addresses; users; payment term; rating.
    static let customers = #"""
        Company A;2;;2 3;1;1 2 3;4;2_of_5|Company A - East Division;2;1;;2;4 5;4;1_of_5|\#
        Company A - West Division;2;1;;3;6 7;2;5_of_5|Wholesaler B;3;;;4;8 9;1;1_of_5|\#
        Partner C;4;;;5;10;1;3_of_5|Customer G;2;|Anonymous 1;1;;;6;11;3;2_of_5|\#
        Anonymous 2;1;;;7;12;2;1_of_5
        """#
}
