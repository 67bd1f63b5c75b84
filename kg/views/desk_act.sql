-- One row: an entry of the desk's log, and what it did: enter, review, pay, change, or other, by the words of its action.
SELECT log_id, opter_id, action, log_time, object_kind, object_id, reviewer_id, client_ip,
       CASE WHEN regexp_matches(lower(action), 'review|approv|audit|审|复核') THEN 'review'
            WHEN regexp_matches(lower(action), 'chang|updat|modif|regist|bind|变更|修改|登记|补录|绑定') THEN 'change'
            WHEN regexp_matches(lower(action), 'pay|拨付|支付|付款') THEN 'pay'
            WHEN regexp_matches(lower(action), 'accept|enter|entry|input|settle|受理|录入|报销|结算') THEN 'enter'
            ELSE 'other' END AS act
FROM handler_log
