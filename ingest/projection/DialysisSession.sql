SELECT session_id, begntime, endtime, machine_no FROM dialysis_session
