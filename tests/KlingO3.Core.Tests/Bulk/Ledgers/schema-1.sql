PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE predictions (
    row            INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number that was withdrawn never means another row
    account        TEXT NOT NULL,
    batch          TEXT,
    key            TEXT,              -- the row's key within its batch
    retired        INTEGER NOT NULL DEFAULT 0,  -- a failed row that was created anew: its key is free
    name           TEXT,
    model          TEXT,
    input          TEXT,              -- JSON, as sent
    input_hash     TEXT,
    id             TEXT,              -- the service's; null until it is known
    status         TEXT NOT NULL,
    in_flight      INTEGER NOT NULL,  -- holds a slot
    owner          TEXT,              -- the process that sends or settles it
    sent_at        INTEGER,
    lost_at        INTEGER,           -- when its answer was given up
    service_ahead  INTEGER,           -- milliseconds
    created_at     INTEGER,
    completed_at   INTEGER,
    outputs        TEXT,              -- JSON array of URLs
    error_code     TEXT,
    error_message  TEXT,
    retryable      INTEGER,
    classification TEXT,
    logs           TEXT,
    predict_time   REAL,              -- seconds
    cost           TEXT               -- USD
);
INSERT INTO predictions VALUES(1,'@account@','Spring','4F4498F38EAA536B217FF6B53D4CD9EF',0,'A','kling-o3-pro-video-to-video-reference','{"prompt":"a [instant]","video_url":"https://example.com/a.mp4"}','723BC807817BBA4D497684AD73665C18','5aca1681-b89b-450d-b8b6-e65c5b341bba','Success',0,NULL,1795629599994,NULL,0,1795629600232,1795629600377,'["http://127.0.0.1:9/outputs/5aca1681-b89b-450d-b8b6-e65c5b341bba/output.mp4?expires=32503680000000\u0026token=54bdb092a9b53db1"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(2,'@account@','winter','048E7F70A3C63DBDEF348DB6DDCFE59C',0,'A','kling-o3-pro-video-to-video-reference','{"prompt":"a [instant]","video_url":"https://example.com/a.mp4"}','723BC807817BBA4D497684AD73665C18','f7990569-9110-49b5-ad7d-0b60cb830f9d','Success',0,NULL,1795629600247,NULL,-222,1795629600257,1795629600397,'["http://127.0.0.1:9/outputs/f7990569-9110-49b5-ad7d-0b60cb830f9d/output.mp4?expires=32503680000000\u0026token=14238863ca2cbeb6"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(3,'@account@','Spring','5155CCA4481E1B462E7580EAF2871968',0,' B ','kling-o3-pro-video-to-video-reference','{"prompt":"  b [instant]\t","video_url":"https://example.com/a.mp4"}','1FACBE4E61631C0CBE7E75B4B6BD5A86','c528de33-7261-45fc-9d15-b03647437756','Success',0,NULL,1795629600263,NULL,-257,1795629600267,1795629600400,'["http://127.0.0.1:9/outputs/c528de33-7261-45fc-9d15-b03647437756/output.mp4?expires=32503680000000\u0026token=028901fc3c3d0f24"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(4,'@account@','Spring','57A7F2A991B8E493E61407D8BCAD073C',0,'R1','kling-o3-pro-video-to-video-reference','{"prompt":"c [instant]","video_url":"https://example.com/a.mp4"}','DEA60AC5C2002E64BB52FFAB5B5C2150','f074376d-f9d0-47d1-bfdb-f3b3c39423b4','Success',0,NULL,1795629600269,NULL,-267,1795629600282,1795629600401,'["http://127.0.0.1:9/outputs/f074376d-f9d0-47d1-bfdb-f3b3c39423b4/output.mp4?expires=32503680000000\u0026token=0e66c7319c46a5f7"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(5,'@account@','Spring','6B04969F79259A5A1867DAE656C48679',0,'r1','kling-o3-pro-video-to-video-reference','{"prompt":"c [instant]","video_url":"https://example.com/a.mp4"}','DEA60AC5C2002E64BB52FFAB5B5C2150','01ffbf4f-cd96-41f6-a4c2-7db7fa6a759c','Success',0,NULL,1795629600285,NULL,-282,1795629600289,1795629600402,'["http://127.0.0.1:9/outputs/01ffbf4f-cd96-41f6-a4c2-7db7fa6a759c/output.mp4?expires=32503680000000\u0026token=865fb7c0b5d6a8b7"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(6,'@account@','Spring','5C69CA3E459A8781544593B1E846FC34',0,'d','kling-o3-pro-video-to-video-reference','{"prompt":"d [instant]","video_url":"https://example.com/a.mp4"}','40492414C4523E40AE0184815A36444A','81a7c2ec-4749-48f0-9020-3cb91feece03','Success',0,NULL,1795629600297,NULL,-289,1795629600307,1795629600403,'["http://127.0.0.1:9/outputs/81a7c2ec-4749-48f0-9020-3cb91feece03/output.mp4?expires=32503680000000\u0026token=2f396a3ce84c71cd"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(7,'@account@','Spring','BD61A3919C07ACE9B6CFA38FC5E3E8C6',0,'d','kling-o3-pro-video-to-video-reference','{"prompt":"d [instant]","video_url":"https://example.com/a.mp4"}','40492414C4523E40AE0184815A36444A','f0fecb6b-5469-4100-a703-4e25a1b4dac8','Success',0,NULL,1795629600309,NULL,-306,1795629600311,1795629600406,'["http://127.0.0.1:9/outputs/f0fecb6b-5469-4100-a703-4e25a1b4dac8/output.mp4?expires=32503680000000\u0026token=20f4af2e1a779f1f"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(8,'@account@','Spring','8005AC7477112C0DD73577E6EFD541FB',0,'e','kling-o3-pro-video-to-video-reference','{"prompt":"e [fail] [instant]","video_url":"https://example.com/a.mp4"}','08A20BBC374BC80B3537D84D108E83C7','5a289b9e-548c-4c9d-b825-9b62715bb8a4','Error',0,NULL,1795629600323,NULL,-311,1795629600328,1795629600410,NULL,'PROVIDER_REJECTED','The provider rejected the content.',NULL,NULL,NULL,0.0,'0');
INSERT INTO predictions VALUES(9,'@account@','Spring','72833B9EB06D9645651380CBEEF746E1',1,'h','kling-o3-pro-video-to-video-reference','{"prompt":"h [fail] [instant]","video_url":"https://example.com/a.mp4"}','8BA148D2E7A52F6FD5E090189135EE15','2dec900a-03d0-4b46-ad22-50ae10e79298','Error',0,NULL,1795629600335,NULL,-328,1795629600342,1795629600412,NULL,'PROVIDER_REJECTED','The provider rejected the content.',0,'content_moderation',NULL,0.0,'0');
INSERT INTO predictions VALUES(19,'@account@','Spring','72833B9EB06D9645651380CBEEF746E1',0,'h','kling-o3-pro-video-to-video-reference','{"prompt":"h [fail] [instant]","video_url":"https://example.com/a.mp4"}','8BA148D2E7A52F6FD5E090189135EE15','bdb8e24e-dad3-454b-a331-4b63214eb3b7','Error',0,NULL,1795629600487,NULL,-482,1795629600492,1795629600543,NULL,'PROVIDER_REJECTED','The provider rejected the content.',0,'content_moderation',NULL,0.0,'0');
INSERT INTO predictions VALUES(21,'@account@','Spring','66803F4A93143E9368066C935BCEF2D1',0,'f','kling-o3-pro-video-to-video-reference','{"prompt":"f [never]","video_url":"https://example.com/a.mp4"}','FD40558D6967EEAEA4C01791ED77A687','90721d5a-9e1e-4922-9463-d81a53c28f93','Cancelled',0,NULL,1795629600545,NULL,-545,1795629600552,1795629600559,NULL,NULL,NULL,NULL,NULL,NULL,0.0040000000000000000832,'0');
INSERT INTO predictions VALUES(23,'@account@','spring ','38B055D5D4647906E30B6FD4717997B4',0,'i','kling-o3-pro-video-to-video-reference','{"prompt":"i [instant]","video_url":"https://example.com/a.mp4"}','4B5B8F785CFDF812F19759787BECD9CE','80e3bb68-5bd1-4994-9546-fef687a40f7a','Success',0,NULL,1795629600561,NULL,-561,1795629600563,1795629600623,'["http://127.0.0.1:9/outputs/80e3bb68-5bd1-4994-9546-fef687a40f7a/output.mp4?expires=32503680000000\u0026token=3bd8b4622beeed42"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(24,'@account@','SPRING','572920BC7DEF80DB7C7DC18542904732',0,'j','kling-o3-pro-video-to-video-reference','{"prompt":"j [instant]","video_url":"https://example.com/a.mp4"}','0C9D3254A1C95208FAC7F7EC355E9860','84326053-f6b8-4556-933f-1fe679a5dc50','Success',0,NULL,1795629600565,NULL,-563,1795629600566,1795629600625,'["http://127.0.0.1:9/outputs/84326053-f6b8-4556-933f-1fe679a5dc50/output.mp4?expires=32503680000000\u0026token=8a10db1621fe29f9"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(25,'@account@','Spring','C58731616052D68F1C4AD59B14CFAF31',0,NULL,'kling-o3-pro-video-to-video-reference','{"prompt":"m [instant]","video_url":"https://example.com/a.mp4"}','D6E66BBFF2345FC38C334A602F9DA206','279ac233-da81-442f-9303-26103c5c23d2','Success',0,NULL,1795629600567,NULL,-566,1795629600569,1795629600626,'["http://127.0.0.1:9/outputs/279ac233-da81-442f-9303-26103c5c23d2/output.mp4?expires=32503680000000\u0026token=9553c7e48136d429"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(26,'@account@','Spring','C9C74DD8CEA4CBD8A7E8FC17E333F752',0,'clip','kling-o3-pro-video-to-video-reference','{"prompt":"n [instant]","video_url":"https://example.com/a.mp4"}','C0D17EA7D0CE75E6D2BFF279317FE552','e61dbd34-26b5-4b66-b743-e61b0d9de133','Success',0,NULL,1795629600570,NULL,-569,1795629600571,1795629600627,'["http://127.0.0.1:9/outputs/e61dbd34-26b5-4b66-b743-e61b0d9de133/output.mp4?expires=32503680000000\u0026token=96d785e17af4fe2e"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(31,'@account@','Spring','192160D447EE86510314398F4B59B5E4',0,'p','kling-o3-pro-video-to-video-reference','{"prompt":"p [instant]","video_url":"https://example.com/a.mp4"}','120B2E9696AD0CDE5102DB65BABB4EF0','ac0bed1d-243a-48f7-8af7-5debbeecdec9','Success',0,NULL,1795629601553,NULL,-550,1795629601568,1795629601642,'["http://127.0.0.1:9/outputs/ac0bed1d-243a-48f7-8af7-5debbeecdec9/output.mp4?expires=32503680000000\u0026token=a934434400c6be41"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(33,'@account@','SPRING','192160D447EE86510314398F4B59B5E4',0,'p','kling-o3-pro-video-to-video-reference','{"prompt":"p [instant]","video_url":"https://example.com/a.mp4"}','120B2E9696AD0CDE5102DB65BABB4EF0','3dd88a2d-eca1-4448-8146-91ecdb787369','Success',0,NULL,1795629601655,NULL,-654,1795629601660,1795629601721,'["http://127.0.0.1:9/outputs/3dd88a2d-eca1-4448-8146-91ecdb787369/output.mp4?expires=32503680000000\u0026token=f04f5066f1799f30"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(35,'@account@','Spring','0B22184175B9DAD6D51DF56E5264F3FC',0,'Größe 1','kling-o3-pro-video-to-video-reference','{"prompt":"@Element1 like @Image1 é+<''> [instant]","video_url":"https://example.com/a.mp4?x=1&y=%20","image_urls":["https://example.com/1.png"],"elements":[{"frontal_image_url":"https://example.com/f.png","reference_image_urls":["https://example.com/r.png"]}],"keep_audio":false,"aspect_ratio":"9:16","duration":"7"}','9247C51493878AA76EB8269E217373E4','42ff60b1-572c-47fb-94e4-55479808de39','Success',0,NULL,1795629601735,NULL,-734,1795629601744,1795629601817,'["http://127.0.0.1:9/outputs/42ff60b1-572c-47fb-94e4-55479808de39/output.mp4?expires=32503680000000\u0026token=f6d7d2485a3e5443"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(37,'@account@','Spring','6F018E349215AAFDC1715B523743784B',0,'tomorrow','a-model-of-tomorrow','{"prompt":"tomorrow ","seed":" 42 ","scale":1.5,"steps":30,"nested":{"style":"","note":" x ","on":true}}','B90CC7B96BC7D6415CD765444543B9FC','of-tomorrow-1','Created',1,NULL,1795629601907,NULL,-817,1795629601933,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(38,'@account@','Spring',NULL,0,'watched',NULL,'{"prompt":"of somebody [instant]","video_url":"https://example.com/a.mp4"}',NULL,'9f49eaa9-8cbc-4917-b8a6-a84583ac8992','Success',0,NULL,NULL,NULL,NULL,NULL,1795629601971,'["http://127.0.0.1:9/outputs/9f49eaa9-8cbc-4917-b8a6-a84583ac8992/output.mp4?expires=32503680000000\u0026token=79c897151da7547f"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(39,'@account@',NULL,NULL,0,'A','kling-o3-pro-video-to-video-reference','{"prompt":"no batch [instant]","video_url":"https://example.com/a.mp4"}','48B9180AEBC1E7CBE5D83F10951ECAA5','062cf0e7-1d53-436b-9f00-17a2f5a4c4ab','Success',0,NULL,1795629602655,NULL,-654,1795629602694,1795629602751,'["http://127.0.0.1:9/outputs/062cf0e7-1d53-436b-9f00-17a2f5a4c4ab/output.mp4?expires=32503680000000\u0026token=6b135227400648e3"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(41,'@account@','Spring','DCF2E96A11A03090F9CFFB425B81FB9C',0,'g','kling-o3-pro-video-to-video-reference','{"prompt":"g [never]","video_url":"https://example.com/a.mp4"}','8D265B00E531BC537813D835C46F700D','5931eba7-604b-48ea-a12e-7a4c0d776e31','Created',1,NULL,1795629602757,NULL,-756,1795629602774,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(42,'@account@','Spring','E57964A4A7B409689322185589B69425',0,'q','kling-o3-pro-video-to-video-reference','{"prompt":"q [never]","video_url":"https://example.com/a.mp4"}','BB749F1403EF6CD659A14D097D82266F','6372b1ac-a94b-455e-90c0-7e855a87d8ed','Processing',1,NULL,1795629602800,NULL,-799,1795629602855,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(45,'@account@','Spring','74DDDCB92C27ACEEBEE1E2C46429BCF0',0,'K','kling-o3-pro-video-to-video-reference','{"prompt":" k [never]","video_url":"https://example.com/a.mp4"}','563E16B91CA715AEE77FDD9421BAEB6E',NULL,'Unknown',0,NULL,1795629620975,1795629621031,-974,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(46,'@account@','Spring','64CAD9926AF899A515E5E26AADB3E6F1',0,'L ','kling-o3-pro-video-to-video-reference','{"prompt":"l [never]","video_url":"https://example.com/a.mp4"}','054FB9156A0D7A707ACE43644669D6BA',NULL,'Submitting',1,'1e1d34faad604c3faaefcdb984f05170',1795629621068,NULL,-68,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE sends (account TEXT NOT NULL, at INTEGER NOT NULL);
INSERT INTO sends VALUES('@account@',1795629600233);
INSERT INTO sends VALUES('@account@',1795629600258);
INSERT INTO sends VALUES('@account@',1795629600267);
INSERT INTO sends VALUES('@account@',1795629600282);
INSERT INTO sends VALUES('@account@',1795629600289);
INSERT INTO sends VALUES('@account@',1795629600307);
INSERT INTO sends VALUES('@account@',1795629600311);
INSERT INTO sends VALUES('@account@',1795629600328);
INSERT INTO sends VALUES('@account@',1795629600342);
INSERT INTO sends VALUES('@account@',1795629600492);
INSERT INTO sends VALUES('@account@',1795629600552);
INSERT INTO sends VALUES('@account@',1795629600564);
INSERT INTO sends VALUES('@account@',1795629600566);
INSERT INTO sends VALUES('@account@',1795629600569);
INSERT INTO sends VALUES('@account@',1795629600572);
INSERT INTO sends VALUES('@account@',1795629601568);
INSERT INTO sends VALUES('@account@',1795629601660);
INSERT INTO sends VALUES('@account@',1795629601745);
INSERT INTO sends VALUES('@account@',1795629601933);
INSERT INTO sends VALUES('@account@',1795629602694);
INSERT INTO sends VALUES('@account@',1795629602774);
INSERT INTO sends VALUES('@account@',1795629602855);
INSERT INTO sends VALUES('@account@',1795629620975);
INSERT INTO sends VALUES('@account@',1795629621068);
CREATE TABLE accounts (
    account      TEXT PRIMARY KEY,
    paused_until INTEGER NOT NULL DEFAULT 0,
    pause_reason TEXT,
    refusals     INTEGER NOT NULL DEFAULT 0  -- 429s in a row
);
CREATE TABLE files (
    account  TEXT NOT NULL,
    id       TEXT NOT NULL,
    output   INTEGER NOT NULL,  -- which of the prediction's outputs, from 0
    path     TEXT NOT NULL,
    length   INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (account, id, output, path)
) WITHOUT ROWID;
INSERT INTO files VALUES('@account@','f7990569-9110-49b5-ad7d-0b60cb830f9d',0,'/videos/A.mp4',45927,1795629600458);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('predictions',46);
CREATE UNIQUE INDEX predictions_key ON predictions (account, batch, key) WHERE key IS NOT NULL AND retired = 0;
CREATE UNIQUE INDEX predictions_id ON predictions (account, id) WHERE id IS NOT NULL;
CREATE INDEX predictions_in_flight ON predictions (account) WHERE in_flight = 1;
CREATE INDEX predictions_owned ON predictions (account) WHERE owner IS NOT NULL;
CREATE INDEX sends_at ON sends (account, at);
COMMIT;
PRAGMA user_version = 1;
