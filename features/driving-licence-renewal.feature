# language: vi
Tính năng: Đổi giấy phép lái xe
  Người dân biết ngày nhận thẻ ngay khi hồ sơ được tiếp nhận và lệ phí đã nộp, và ngày hẹn chỉ lùi vì một lý do có ghi lại.
  Người thẩm định không tự xem xét, tự ký việc của mình. Ai cũng có thể kiểm tra lại toàn bộ việc đã làm.

  Bối cảnh:
    Cho tỉnh mẫu Hải Sơn
    Và thủ tục "driving-licence-renewal" đã được công bố

  Quy tắc: Thời hạn tính từ khi tiếp nhận đủ hồ sơ, nhận sau 15:00 thì tính từ ngày làm việc sau

    Kịch bản: Chưa tiếp nhận thì chưa có hẹn trả
      Khi Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 15:05 Thứ Sáu 13/11/2026
      Thì hồ sơ đang chờ ở bước "Tiếp nhận hồ sơ"
      Và hồ sơ chưa có hẹn trả

    Kịch bản: Tiếp nhận lúc 15:20 thứ Sáu thì tính từ sáng thứ Hai
      Cho Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 15:05 Thứ Sáu 13/11/2026
      Khi Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 15:20 Thứ Sáu 13/11/2026
      Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 15:25 Thứ Sáu 13/11/2026
      Thì hồ sơ được tính từ 07:30 Thứ Hai 16/11/2026
      Và hẹn trả là 17:00 Thứ Hai 23/11/2026

    Kịch bản: Thiếu giấy tờ khi nộp thì hướng dẫn một lần, bổ sung đủ mới tính thời hạn
      Cho Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
      Khi Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Yêu cầu bổ sung", lúc 09:00 Thứ Hai 16/11/2026
      Thì hồ sơ đang chờ ở bước "Bổ sung trước khi tiếp nhận"
      Và hồ sơ chưa có hẹn trả
      Khi Lê Thanh Bình làm bước "Bổ sung trước khi tiếp nhận" lúc 15:20 Thứ Tư 18/11/2026
      Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 15:30 Thứ Tư 18/11/2026
      Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 15:40 Thứ Tư 18/11/2026
      Thì hồ sơ được tính từ 07:30 Thứ Năm 19/11/2026
      Và hẹn trả là 17:00 Thứ Sáu 27/11/2026

  Quy tắc: Thời gian chờ người dân không tính vào thời hạn

    Kịch bản: Từ quầy đến thẻ, một lần bổ sung dừng đồng hồ hai ngày 3 giờ 20
      Cho Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 15:05 Thứ Sáu 13/11/2026
      Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 15:20 Thứ Sáu 13/11/2026
      Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 15:25 Thứ Sáu 13/11/2026
      Khi Trần Minh An làm bước "Thẩm định hồ sơ", kết quả "Yêu cầu bổ sung", lúc 09:40 Thứ Ba 17/11/2026
      Thì đồng hồ đang dừng
      Và hồ sơ đang chờ ở bước "Bổ sung hồ sơ"
      Khi Lê Thanh Bình làm bước "Bổ sung hồ sơ" lúc 14:30 Thứ Năm 19/11/2026
      Thì đồng hồ đang chạy
      Và hẹn trả là 10:50 Thứ Sáu 27/11/2026
      Khi Trần Minh An làm bước "Thẩm định hồ sơ", kết quả "Đạt, trình đội trưởng", lúc 08:30 Thứ Tư 25/11/2026
      Và Nguyễn Đăng Khoa làm bước "Đội trưởng xem xét", kết quả "Đồng ý, trình lãnh đạo", lúc 10:00 Thứ Tư 25/11/2026
      Và Hoàng Quốc Sơn làm bước "Ký quyết định", kết quả "Ký đổi giấy phép", lúc 14:00 Thứ Tư 25/11/2026
      Và Bùi Quang Tuấn làm bước "In thẻ, kiểm tra", kết quả "Thẻ đạt", lúc 15:00 Thứ Năm 26/11/2026
      Thì việc giải quyết đã xong, đúng hạn
      Khi Nguyễn Thị Bích Ngọc làm bước "Trả kết quả" lúc 09:00 Thứ Hai 30/11/2026
      Thì hồ sơ đã kết thúc
      Và việc giải quyết đã xong, đúng hạn
      Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

    Kịch bản: Chờ nộp lệ phí thì đồng hồ dừng
      Cho Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
      Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:30 Thứ Hai 16/11/2026
      Thì đồng hồ đang dừng
      Và hồ sơ đang chờ ở bước "Thu lệ phí"
      Khi Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 09:30 Thứ Ba 17/11/2026
      Thì hẹn trả là 09:30 Thứ Tư 25/11/2026

    Kịch bản: Thẻ in lỗi thì in lại, thời gian in lại vẫn tính
      Cho Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
      Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:10 Thứ Hai 16/11/2026
      Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 08:20 Thứ Hai 16/11/2026
      Và Trần Minh An làm bước "Thẩm định hồ sơ", kết quả "Đạt, trình đội trưởng", lúc 14:00 Thứ Ba 17/11/2026
      Và Nguyễn Đăng Khoa làm bước "Đội trưởng xem xét", kết quả "Đồng ý, trình lãnh đạo", lúc 08:30 Thứ Tư 18/11/2026
      Và Hoàng Quốc Sơn làm bước "Ký quyết định", kết quả "Ký đổi giấy phép", lúc 10:00 Thứ Tư 18/11/2026
      Khi Bùi Quang Tuấn làm bước "In thẻ, kiểm tra", kết quả "Thẻ lỗi, in lại", lúc 16:00 Thứ Sáu 20/11/2026
      Thì hồ sơ đang chờ ở bước "In thẻ, kiểm tra"
      Và đồng hồ đang chạy
      Khi Bùi Quang Tuấn làm bước "In thẻ, kiểm tra", kết quả "Thẻ đạt", lúc 08:00 Thứ Tư 25/11/2026
      Thì việc giải quyết đã xong, quá hạn

  Quy tắc: Máy không từ chối ai, lời từ chối có người ký và thời hạn ngắn hơn

    Kịch bản: Giấy phép quá hạn 45 ngày được cán bộ hướng dẫn sát hạch lại, không bị từ chối tự động
      Cho Lê Thanh Bình nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 16/11/2026 với:
        | expiry_band | under_1_year |
      Thì hồ sơ đang chờ ở bước "Hướng dẫn sát hạch"
      Khi Lê Thanh Bình làm bước "Hướng dẫn sát hạch", kết quả "Không thuộc diện đổi", lúc 08:15 Thứ Hai 16/11/2026
      Thì hồ sơ đã kết thúc
      Và hồ sơ chưa có hẹn trả

    Kịch bản: Thẩm định đề nghị từ chối thì hẹn trả còn ba ngày làm việc, lãnh đạo ký
      Cho Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 15:05 Thứ Sáu 13/11/2026
      Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 15:20 Thứ Sáu 13/11/2026
      Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 15:25 Thứ Sáu 13/11/2026
      Khi Trần Minh An làm bước "Thẩm định hồ sơ", kết quả "Đề nghị từ chối", lúc 10:00 Thứ Ba 17/11/2026
      Thì hẹn trả là 17:00 Thứ Năm 19/11/2026
      Khi Nguyễn Đăng Khoa làm bước "Đội trưởng xem xét", kết quả "Đồng ý, trình lãnh đạo", lúc 14:00 Thứ Ba 17/11/2026
      Và Đặng Thu Thủy làm bước "Ký quyết định", kết quả "Ký từ chối, mẫu 03", lúc 16:00 Thứ Năm 19/11/2026
      Thì việc giải quyết đã xong, đúng hạn
      Và hồ sơ đã kết thúc
      Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Quy tắc: Bốn mắt, và mỗi việc chỉ một người làm

    Kịch bản: Người thẩm định không xem xét việc của chính mình
      Cho Nguyễn Đăng Khoa kiêm nhiệm vị trí "licence-examiner"
      Và Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
      Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:10 Thứ Hai 16/11/2026
      Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 08:20 Thứ Hai 16/11/2026
      Khi Nguyễn Đăng Khoa làm bước "Thẩm định hồ sơ", kết quả "Đạt, trình đội trưởng", lúc 09:00 Thứ Hai 16/11/2026
      Thì Nguyễn Đăng Khoa không được làm bước "Đội trưởng xem xét"

    Kịch bản: Hai người cùng nộp một việc, đúng một người làm được
      Cho Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
      Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:10 Thứ Hai 16/11/2026
      Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 08:20 Thứ Hai 16/11/2026
      Khi Trần Minh An và Vũ Hải Yến cùng báo kết quả "Đạt, trình đội trưởng" của bước "Thẩm định hồ sơ" lúc 09:00 Thứ Hai 16/11/2026
      Thì đúng một người làm được, người kia được báo ai đã làm và lúc nào
      Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Quy tắc: Lệ phí theo bảng có ngày (ví dụ)

    Khung kịch bản: Mức lệ phí theo cách nộp và ngày làm đơn
      Cho Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 <ngày nộp> với:
        | channel     | <cách nộp>    |
        | declared_on | <ngày làm đơn> |
      Khi Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:10 <ngày nộp>
      Thì lệ phí phải thu là <số tiền> đồng

      Dữ liệu:
        | cách nộp | ngày nộp           | ngày làm đơn | số tiền |
        | online   | Thứ Hai 16/11/2026 | 2026-11-13   | 115.000 |
        | online   | Thứ Hai 04/01/2027 | 2027-01-01   | 135.000 |
        | counter  | Thứ Hai 16/11/2026 | 2026-11-13   | 135.000 |
